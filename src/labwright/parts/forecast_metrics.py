"""Metrics of forecasts, one function each: `metric(prediction, target) -> float`.

Predictions are numbers in the target's own unit, (N, H) for N forecasts of H steps. The
target is (N, H, 2): the true values, NaN where unknown, and beside each the scale of its
series that MASE divides by. Steps without a true value do not count.
"""

import torch
from torch import Tensor


def known_steps(prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Forecast, truth and scale of the steps whose truth is known, float64 (K,)."""
    truth, scale = target.double().unbind(dim=-1)
    known = ~truth.isnan()
    return prediction.double()[known], truth[known], scale[known]


def mean_of(errors: Tensor) -> float:
    """Their mean; NaN where there are none."""
    return float(errors.mean()) if len(errors) else float("nan")


def forecast_mse(prediction: Tensor, target: Tensor) -> float:
    """Mean squared error, in the target's unit squared."""
    guess, truth, _ = known_steps(prediction, target)
    return mean_of((guess - truth).square())


def forecast_rmse(prediction: Tensor, target: Tensor) -> float:
    """Root of the mean squared error over all steps, in the target's unit."""
    return float(forecast_mse(prediction, target) ** 0.5)


def forecast_mae(prediction: Tensor, target: Tensor) -> float:
    """Mean absolute error, in the target's unit."""
    guess, truth, _ = known_steps(prediction, target)
    return mean_of((guess - truth).abs())


def forecast_mape(prediction: Tensor, target: Tensor) -> float:
    """Mean of |y - p| / |y|, as a share: 0.1 is 10 %; steps with y = 0 do not count."""
    guess, truth, _ = known_steps(prediction, target)
    given = truth != 0
    return mean_of(((guess - truth) / truth)[given].abs())


def forecast_smape(prediction: Tensor, target: Tensor) -> float:
    """Mean of 2 |y - p| / (|y| + |p|), 0 to 2 (Makridakis, 1993); 0 where both are 0."""
    guess, truth, _ = known_steps(prediction, target)
    whole = (guess.abs() + truth.abs()).clamp(min=torch.finfo(torch.float64).tiny)
    return mean_of(2 * (guess - truth).abs() / whole)


def forecast_mase(prediction: Tensor, target: Tensor) -> float:
    """Mean of |y - p| over the series' scale: its seasonal naive error in training.

    Hyndman & Koehler (2006). Below 1 is better than the seasonal naive forecast of one
    step was there; series without a scale (NaN) do not count.
    """
    guess, truth, scale = known_steps(prediction, target)
    given = scale > 0
    return mean_of(((guess - truth).abs() / scale)[given])


def forecast_r2(prediction: Tensor, target: Tensor) -> float:
    """Share of the variance of all steps explained, 1 - Σ (y - p)² / Σ (y - mean y)²."""
    guess, truth, _ = known_steps(prediction, target)
    spread = float((truth - truth.mean()).square().sum()) if len(truth) else 0.0
    return (
        1 - float((guess - truth).square().sum()) / spread if spread else float("nan")
    )


def more_about_forecasts(prediction: Tensor, target: Tensor) -> dict[str, float]:
    """What else a reader wants to know of forecasts."""
    return {
        "mae": forecast_mae(prediction, target),
        "rmse": forecast_rmse(prediction, target),
        "mase": forecast_mase(prediction, target),
        "smape": forecast_smape(prediction, target),
        "r2": forecast_r2(prediction, target),
    }
