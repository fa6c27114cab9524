"""What the charts count and measure before they draw it."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_curve
from tests.finished_runs import regressed

from labwright.report.classes import confused_pairs, confusion, roc_points, wilson
from labwright.report.markup import render
from labwright.report.numbers import bin_edges, is_skewed, scatter
from labwright.report.read import Pair


def test_confusion_counts_actual_by_predicted() -> None:
    actual, predicted = pl.Series(["a", "a", "b", "b"]), pl.Series(["a", "b", "b", "b"])
    counts = confusion(Pair("kind", actual, predicted), ["a", "b"])
    assert counts.tolist() == [[1, 1], [0, 2]]


def test_classes_written_as_numbers_are_found() -> None:
    pair = Pair("kind", pl.Series([0, 1]), pl.Series([1, 1]))
    assert confusion(pair, ["0", "1"]).tolist() == [[0, 1], [0, 1]]


def test_most_confused_pairs_come_first() -> None:
    counts = np.array([[5, 1, 0], [4, 5, 0], [0, 0, 5]])
    drawn = render(confused_pairs(counts, ["a", "b", "c"]))
    assert drawn.index("b \N{RIGHTWARDS ARROW} a") < drawn.index(
        "a \N{RIGHTWARDS ARROW} b"
    )
    assert confused_pairs(np.eye(3, dtype=int), ["a", "b", "c"]) is None


def test_roc_points_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    actual, score = rng.random(200) < 0.4, rng.random(200).round(2)  # with ties
    false, true, _ = roc_curve(actual, score, drop_intermediate=False)
    assert roc_points(actual, score) == pytest.approx(np.stack([false, true]))


def test_wilson_interval() -> None:
    # Wilson (1927) for 3 of 10; the same figures as statsmodels' proportion_confint
    assert wilson(0.3, 10) == pytest.approx((0.1078, 0.6032), abs=1e-4)
    assert wilson(0.0, 5)[0] == 0


def test_residual_bins_are_round_and_hold_zero() -> None:
    edges = bin_edges(np.linspace(-3.1, 7.3, 500))
    assert 0.0 in edges
    assert edges[0] <= -3 and edges[-1] >= 7.2
    assert len(bin_edges(np.zeros(5))) > 1


def test_skewed_positive_numbers_get_logarithmic_axes() -> None:
    skewed, plain = regressed(3_000, skewed=True), regressed(3_000)
    for table, log in ((skewed, True), (plain, False)):
        actual, predicted = table["target"].to_numpy(), table["prediction"].to_numpy()
        assert is_skewed(actual, predicted) is log
    assert not is_skewed(np.array([-1.0, 5, 900]), np.array([1.0, 5, 900]))


@pytest.mark.parametrize(("rows", "mark"), [(300, "<circle"), (30_000, "<rect")])
def test_many_points_become_a_density_of_bounded_size(rows: int, mark: str) -> None:
    table = regressed(rows)
    drawn = render(scatter(table["target"].to_numpy(), table["prediction"].to_numpy()))
    assert mark in drawn
    assert len(drawn) < 150_000
