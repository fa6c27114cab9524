"""Every metric against scikit-learn's on random predictions, and at its edges."""

import math

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from sklearn import metrics as reference

from labwright.parts import metrics, tag_metrics, token_metrics
from labwright.task.metric_registry import METRICS

rng = np.random.default_rng(0)
TWO = rng.integers(0, 2, 80)
THREE = rng.integers(0, 3, 90)
P_TWO = rng.dirichlet([1, 1], 80).astype(np.float32)
P_THREE = rng.dirichlet([1, 1, 1], 90).astype(np.float32)
LABELS = rng.integers(0, 2, (70, 4)).astype(np.float32)
P_LABELS = rng.random((70, 4)).astype(np.float32)
NUMBERS = rng.gamma(2, 10, (60, 2))
P_NUMBERS = NUMBERS + rng.normal(0, 3, (60, 2))
ONE = NUMBERS[:, :1]
P_ONE = P_NUMBERS[:, :1]


def figure(name, prediction, truth):
    return getattr(metrics, name)(torch.from_numpy(prediction), torch.from_numpy(truth))


def chosen(probabilities):
    return probabilities.argmax(1)


CLASSES = [
    ("accuracy", reference.accuracy_score, {}),
    ("balanced_accuracy", reference.balanced_accuracy_score, {}),
    ("macro_f1", reference.f1_score, {"average": "macro"}),
    ("micro_f1", reference.f1_score, {"average": "micro"}),
    ("weighted_f1", reference.f1_score, {"average": "weighted"}),
    ("mcc", reference.matthews_corrcoef, {}),
    ("quadratic_kappa", reference.cohen_kappa_score, {"weights": "quadratic"}),
]


@pytest.mark.parametrize(("name", "ours", "more"), CLASSES)
@pytest.mark.parametrize(("truth", "p"), [(TWO, P_TWO), (THREE, P_THREE)])
def test_chosen_classes(name, ours, more, truth, p):
    assert figure(name, p, truth) == pytest.approx(ours(truth, chosen(p), **more))


@pytest.mark.parametrize("name", ["f1", "precision", "recall"])
def test_positive_class_of_two_is_the_second_else_the_mean(name):
    score = getattr(reference, f"{name}_score")
    assert figure(name, P_TWO, TWO) == pytest.approx(score(TWO, chosen(P_TWO)))
    several = score(THREE, chosen(P_THREE), average="macro")
    assert figure(name, P_THREE, THREE) == pytest.approx(several)
    labels = score(LABELS, P_LABELS > 0.5, average="macro")
    assert figure(name, P_LABELS, LABELS) == pytest.approx(labels)


def test_probabilities():
    auc, ap = reference.roc_auc_score, reference.average_precision_score
    assert figure("roc_auc", P_TWO, TWO) == pytest.approx(auc(TWO, P_TWO[:, 1]))
    several = auc(THREE, P_THREE.astype(float), multi_class="ovr")
    assert figure("roc_auc", P_THREE, THREE) == pytest.approx(several, abs=1e-5)
    assert figure("roc_auc", P_LABELS, LABELS) == pytest.approx(auc(LABELS, P_LABELS))
    one = ap(TWO, P_TWO[:, 1])
    assert figure("average_precision", P_TWO, TWO) == pytest.approx(one)
    labels = ap(LABELS, P_LABELS)
    assert figure("average_precision", P_LABELS, LABELS) == pytest.approx(labels)
    loss = reference.log_loss(THREE, P_THREE.astype(float))
    assert figure("log_loss", P_THREE, THREE) == pytest.approx(loss, rel=1e-5)
    each = [reference.log_loss(LABELS[:, k], P_LABELS[:, k]) for k in range(4)]
    loss = np.mean(each)
    assert figure("log_loss", P_LABELS, LABELS) == pytest.approx(loss, rel=1e-5)


def test_labels():
    share = ((P_LABELS > 0.5) == LABELS).mean()
    assert figure("accuracy", P_LABELS, LABELS) == pytest.approx(share)
    for average in ("macro", "micro", "weighted"):
        ours = reference.f1_score(LABELS, P_LABELS > 0.5, average=average)
        assert figure(f"{average}_f1", P_LABELS, LABELS) == pytest.approx(ours)
    more = metrics.more_about_labels(
        torch.from_numpy(P_LABELS), torch.from_numpy(LABELS)
    )
    exact = reference.accuracy_score(LABELS, P_LABELS > 0.5)
    assert more["exact_match"] == pytest.approx(exact)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("mse", reference.mean_squared_error),
        ("rmse", reference.root_mean_squared_error),
        ("mae", reference.mean_absolute_error),
        ("mape", reference.mean_absolute_percentage_error),
        ("r2", reference.r2_score),
    ],
)
@pytest.mark.parametrize(("truth", "p"), [(ONE, P_ONE), (NUMBERS, P_NUMBERS)])
def test_numbers(name, ours, truth, p):
    assert figure(name, p, truth) == pytest.approx(ours(truth, p), rel=1e-6)


def test_numbers_by_logarithm_and_rank():
    ours = reference.root_mean_squared_log_error(ONE, P_ONE.clip(0))
    assert figure("rmsle", P_ONE, ONE) == pytest.approx(ours)
    rho = spearmanr(ONE[:, 0], P_ONE[:, 0]).statistic
    assert figure("spearman", P_ONE, ONE) == pytest.approx(rho, abs=1e-6)


def test_every_registered_metric_has_a_function():
    rows = {"binary", "multiclass", "multilabel", "regression"}
    judging = [name for name, metric in METRICS.items() if rows & {*metric.forms}]
    assert all(callable(getattr(metrics, name)) for name in judging)
    for name, metric in METRICS.items():
        if "tags" in metric.forms and name != "f1":  # which becomes another
            assert callable(getattr(tag_metrics, f"{name}_of_tags"))
        if "tokens" in metric.forms:
            assert callable(getattr(token_metrics, f"{name}_of_tokens"))


def test_a_class_without_rows_is_left_out():
    truth = np.array([0, 0, 2, 2])
    p = np.array([[0.9, 0.1, 0], [0.2, 0.8, 0], [0, 0.1, 0.9], [0, 0.3, 0.7]])
    p = p.astype(np.float32)
    assert figure("balanced_accuracy", p, truth) == pytest.approx(0.75)
    assert figure("roc_auc", p, truth) == pytest.approx(1)


def test_what_rows_do_not_determine_is_nan():
    one = np.zeros(5, dtype=np.int64)
    p = np.full((5, 2), 0.5, dtype=np.float32)
    assert math.isnan(figure("roc_auc", p, one))
    assert math.isnan(figure("average_precision", p, one))
    assert math.isnan(figure("r2", P_ONE[:1], ONE[:1]))


def test_a_certain_and_wrong_answer_costs_a_finite_log_loss():
    p = np.array([[1, 0]], dtype=np.float32)
    loss = figure("log_loss", p, np.array([1]))
    assert loss == pytest.approx(-math.log(1e-7))
