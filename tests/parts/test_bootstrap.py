import numpy as np
import pytest
import torch

from labwright.parts.bootstrap import (
    bootstrap,
    interval,
    interval_of_share,
    resampled_rows,
    verdict,
)


def mean_of_hits(prediction, target):
    return float((prediction == target).double().mean())


def test_rows_of_a_unit_are_drawn_together():
    units = np.array([7, 3, 7, 5, 3, 7])
    for rows in resampled_rows(units, draws=50, seed=1):
        drawn = units[rows]
        assert len(np.unique(drawn)) <= 3
        for unit, size in ((7, 3), (3, 2), (5, 1)):
            assert (drawn == unit).sum() % size == 0
        for row in np.flatnonzero(units == 7):
            assert (rows == row).sum() == (rows == 0).sum()


def test_interval_of_a_share_is_about_the_binomial_one():
    truth = torch.zeros(400)
    prediction = torch.zeros(400)
    prediction[:100] = 1
    units = np.arange(400)
    draws = bootstrap(mean_of_hits, {"model": prediction}, truth, units, 1000)
    low, high = interval(draws["model"], len(units))
    half = 1.96 * np.sqrt(0.75 * 0.25 / 400)
    assert low == pytest.approx(0.75 - half, abs=0.01)
    assert high == pytest.approx(0.75 + half, abs=0.01)


def test_differences_are_paired():
    """Two predictions that are always right together differ by nothing in any draw."""
    truth = torch.randint(0, 2, (200,), generator=torch.Generator().manual_seed(0))
    noisy = truth.clone()
    noisy[:60] = 1 - noisy[:60]
    better = noisy.clone()
    better[:20] = truth[:20]
    pair = {"noisy": noisy, "again": noisy.clone(), "better": better}
    draws = bootstrap(mean_of_hits, pair, truth, np.arange(200), 500)
    assert (draws["noisy"] == draws["again"]).all()
    assert verdict(interval(draws["noisy"] - draws["again"], 200)) == "ties"
    assert verdict(interval(draws["better"] - draws["noisy"], 200)) == "beats"
    assert verdict(interval(draws["noisy"] - draws["better"], 200)) == "loses"


def test_units_of_several_rows_widen_the_interval():
    hits = torch.repeat_interleave(torch.tensor([1.0, 0.0] * 20), 25)
    truth = torch.ones(1000)
    rows = bootstrap(mean_of_hits, {"m": hits}, truth, np.arange(1000), 300)["m"]
    groups = bootstrap(mean_of_hits, {"m": hits}, truth, np.arange(1000) // 25, 300)
    assert groups["m"].std() > 3 * rows.std()


def test_too_few_units_or_figures_give_no_interval():
    assert interval(np.ones(100), units=5) is None
    assert interval(np.full(100, np.nan), units=50) is None
    some = np.r_[np.full(20, np.nan), np.linspace(0, 1, 80)]
    assert interval(some, units=50) == pytest.approx([0.025, 0.975])
    assert verdict(None) == "ties"


def test_the_same_again():
    truth = torch.arange(50) % 2
    prediction = (torch.arange(50) % 3 == 0).long()
    a, b = (
        bootstrap(mean_of_hits, {"m": prediction}, truth, np.arange(50), 20)["m"]
        for _ in range(2)
    )
    assert (a == b).all()


def test_a_figure_without_an_error_is_not_certain():
    low, high = interval_of_share(np.ones(100), units=51)
    assert (low, high) == (pytest.approx(0.930, abs=0.001), 1.0)
    spread = np.linspace(0.8, 0.9, 100)
    assert interval_of_share(spread, 51) == interval(spread, 51)
