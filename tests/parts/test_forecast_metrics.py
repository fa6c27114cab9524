"""Figures of forecasts: on the original scale, over the steps that are known."""

import math

import pytest
import torch

from labwright.parts import forecast_metrics as metrics

TRUTH = torch.tensor([[[1.0, 2.0], [math.nan, 2.0]], [[-2.0, 4.0], [0.0, 4.0]]])
GUESS = torch.tensor([[2.0, 99.0], [0.0, 2.0]])


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("mae", 5 / 3),
        ("mse", 3.0),
        ("rmse", 3**0.5),
        ("mape", 1.0),  # of 1 and -2; a truth of 0 does not count
        ("smape", (2 / 3 + 2 + 2) / 3),
        ("mase", (1 / 2 + 2 / 4 + 2 / 4) / 3),
        ("r2", 1 - 9 / (14 / 3)),
    ],
)
def test_figures_by_hand(name, figure):
    found = getattr(metrics, f"forecast_{name}")(GUESS, TRUTH)
    assert found == pytest.approx(figure)


def test_nothing_known_is_undetermined():
    nothing = torch.full((2, 3, 2), math.nan)
    figures = metrics.more_about_forecasts(torch.zeros(2, 3), nothing)
    assert all(math.isnan(figure) for figure in figures.values())


def test_a_perfect_forecast():
    figures = metrics.more_about_forecasts(TRUTH[..., 0].nan_to_num(), TRUTH)
    assert figures == {"mae": 0, "rmse": 0, "mase": 0, "smape": 0, "r2": 1}
