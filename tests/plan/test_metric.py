import pytest

from labwright.errors import TaskError
from labwright.plan.metric import balances_classes, choose_metric


def test_metric_asked_for_is_taken(task):
    asked = task(evaluation_metric="roc_auc")
    assert choose_metric(asked, "binary", (50, 50), None, 0).name == "roc_auc"


@pytest.mark.parametrize(
    ("form", "rows", "expected"),
    [
        ("binary", (60, 40), "accuracy"),
        ("binary", (90, 10), "macro_f1"),
        ("multiclass", (40, 30, 30), "accuracy"),
        ("multiclass", (80, 15, 5), "macro_f1"),
        ("multilabel", (10, 20), "macro_f1"),
        ("regression", (), "rmse"),
    ],
)
def test_usual_metric_follows_form_and_balance(task, form, rows, expected):
    assert choose_metric(task(), form, rows, 0.0, 0).name == expected


def test_f1_of_several_classes_is_their_mean(task):
    asked = task(evaluation_metric="f1")
    assert choose_metric(asked, "multiclass", (1, 1, 1), None, 0).name == "macro_f1"
    assert choose_metric(asked, "binary", (1, 1), None, 0).name == "f1"


def test_metric_of_another_form_is_an_error_with_candidates(task):
    with pytest.raises(TaskError) as caught:
        choose_metric(task(evaluation_metric="accuracy"), "regression", (), 0.0, 0)
    assert "rmse" in caught.value.candidates
    with pytest.raises(TaskError):
        choose_metric(task(evaluation_metric="rmse"), "binary", (5, 5), None, 0)
    with pytest.raises(TaskError, match="0 or more"):
        choose_metric(task(evaluation_metric="rmsle"), "regression", (), -3.0, 0)


def test_doubtful_figures_are_warned_of(task):
    mape = choose_metric(task(evaluation_metric="mape"), "regression", (), 0.0, 7)
    assert "7 rows" in mape.warnings[0]
    accuracy = choose_metric(
        task(evaluation_metric="accuracy"), "binary", (95, 5), None, 0
    )
    assert "95 %" in accuracy.warnings[0]


def test_loss_weighs_classes_alike_only_where_the_metric_does():
    assert balances_classes("macro_f1", "multiclass", (90, 5, 5))
    assert balances_classes("f1", "binary", (86, 14))
    assert not balances_classes("f1", "binary", (60, 40))
    assert not balances_classes("accuracy", "binary", (86, 14))
    assert not balances_classes("macro_f1", "multilabel", (90, 5))
