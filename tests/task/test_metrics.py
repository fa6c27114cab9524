"""Any usual spelling finds its metric, and nothing else finds one."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labwright.errors import UnknownMetricError
from labwright.task.metrics import METRICS, find_metric, metrics_table

SPELLINGS = {
    "accuracy": ["acc", "Accuracy", "accuracy_score", "accuracy (higher is better)"],
    "balanced_accuracy": ["balanced accuracy", "Balanced-Acc", "bal_acc"],
    "f1": ["F1", "f1-score", "F1 Score", "f_measure"],
    "macro_f1": ["macro-F1", "F1_macro", "F1 score (macro-averaged)", "macroF1"],
    "micro_f1": ["micro F1", "f1_micro"],
    "weighted_f1": ["weighted F1-score", "f1_weighted"],
    "precision": ["Precision"],
    "recall": ["recall", "sensitivity"],
    "roc_auc": ["AUC", "AUROC", "ROC AUC", "AUC-ROC", "roc_auc_score"],
    "average_precision": ["average precision", "PR-AUC", "AUPRC", "AP"],
    "log_loss": ["logloss", "cross entropy", "cross-entropy loss", "neg_log_loss"],
    "mcc": ["MCC", "matthews correlation", "matthews_corrcoef"],
    "quadratic_kappa": [
        "QWK",
        "quadratic weighted kappa",
        "Cohen's kappa (quadratic)",
        "Cohen\u2019s Kappa (Quadratic)",
    ],
    "span_f1": ["entity F1", "seqeval", "conlleval F1", "span-F1"],
    "exact_match": ["sentence accuracy", "Exact Match"],
    "perplexity": ["PPL", "Perplexity"],
    "mse": ["mean squared error", "MSE", "neg_mean_squared_error"],
    "rmse": ["RMSE", "root mean squared error", "neg_root_mean_squared_error"],
    "rmsle": ["RMSLE", "Root Mean Squared Logarithmic Error (RMSLE)"],
    "mae": ["MAE", "neg_mean_absolute_error", "mean absolute error in dollars"],
    "mape": ["MAPE", "mean absolute percentage error"],
    "smape": ["sMAPE", "symmetric MAPE"],
    "mase": ["MASE", "mean absolute scaled error"],
    "r2": ["R^2", "R²", "r2_score", "R-squared", "coefficient of determination"],
    "spearman": ["Spearman", "spearman's rho", "rank correlation"],
}


def test_every_metric_is_tried():
    assert set(SPELLINGS) == set(METRICS)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [(spelling, name) for name, many in SPELLINGS.items() for spelling in many],
)
def test_usual_spellings(spelling, name):
    assert find_metric(spelling).name == name


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_own_spellings_in_any_case_and_with_any_separator(metric):
    for spelling in (metric.name, metric.label, *metric.aliases):
        assert find_metric(spelling) is metric
        assert find_metric(spelling.upper().replace(" ", "-")) is metric
        assert find_metric(f"Use the {spelling} (on the test set)") is metric


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("acuracy", "accuracy"),
        ("rmsee", "rmse"),
        ("top-5 accuracy", "accuracy"),
        ("mean average precision", "average_precision"),
        ("WMAPE", "mape"),
        ("Cohen's kappa", "quadratic_kappa"),
    ],
)
def test_an_unknown_one_names_the_nearest(text, nearest):
    with pytest.raises(UnknownMetricError) as caught:
        find_metric(text)
    assert caught.value.key == "evaluation_metric"
    assert caught.value.candidates[0] == nearest
    assert nearest in str(caught.value)


@pytest.mark.parametrize(
    "text", ["mAP", "", "loss", "RMSE of log price", "not accuracy"]
)
def test_what_only_looks_like_a_metric_is_none(text):
    with pytest.raises(UnknownMetricError):
        find_metric(text)


def test_two_metrics_are_none():
    with pytest.raises(UnknownMetricError, match="2 metrics") as caught:
        find_metric("accuracy and macro F1")
    assert caught.value.candidates == ("accuracy", "macro_f1")


@settings(deadline=None)
@given(st.text())
def test_any_text_finds_one_or_is_one_clear_error(text):
    try:
        assert find_metric(text).name in METRICS
    except UnknownMetricError as error:
        assert set(error.candidates) <= set(METRICS)


def test_page_holds_the_table():
    page = Path(__file__).parents[2] / "docs" / "metrics.md"
    assert metrics_table() in page.read_text()


def test_direction_and_range_agree():
    for metric in METRICS.values():
        low, high = metric.range
        assert metric.higher_is_better == (high == 1)
        assert low < high
