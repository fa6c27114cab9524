"""What a forecast starts from, before the model corrects it: the best simple forecast.

Four need no gradient: the last value, the last season again, a ridge regression on lags
for each step ahead, and the mean of the last two. The regression is fitted on training
windows; which of the four is taken, the validation part says, as it does of checkpoints.
So the model learns only what the best of them leaves, as beside the autoregressive part
of LSTNet (Lai et al., 2018, arXiv:1703.07015).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from labwright.recipes.forecast.windows import View, scaled_past, standard

RECENT = 48  # values of the history that a regression reads, at most
PENALTIES = (3.0, 30.0, 300.0, 3_000.0)
FOLDS = 4  # stretches of the training part, each judged by a fit on the others
FURTHEST = 10.0  # scales from the last season that a regression may forecast

# ---- simple forecasts ----------------------------------------------------------------


def again(view: View, encoder: dict[str, Any]) -> np.ndarray:
    """The last value that is known, (B, horizon), scaled by the window."""
    history = view["value"].shape[1]
    ahead = view["lags"].shape[1] - history
    return np.repeat(view["last"][:, None], ahead, axis=1)


def last_season(view: View, encoder: dict[str, Any]) -> np.ndarray:
    """The value of the same step of the last season, (B, horizon)."""
    season: np.ndarray = view["lags"][:, view["value"].shape[1] :, 0]
    return season


def linear(view: View, encoder: dict[str, Any]) -> np.ndarray:
    """The last season, corrected by a linear function of `regressors`, (B, horizon)."""
    moved = moved_by(regressors(view, encoder), np.array(encoder["weights"]))
    forecast: np.ndarray = last_season(view, encoder) + moved
    return forecast


def half_linear(view: View, encoder: dict[str, Any]) -> np.ndarray:
    """The mean of the last season and the regression, (B, horizon)."""
    forecast: np.ndarray = (last_season(view, encoder) + linear(view, encoder)) / 2
    return forecast


FORECASTS = {
    "last value": again,
    "last season": last_season,
    "linear": linear,
    "half linear": half_linear,
}


def offset_of(view: View, encoder: dict[str, Any]) -> np.ndarray:
    """What the model's outputs are added to, (B, horizon), scaled by the window."""
    return FORECASTS[encoder["offset"]](view, encoder)


# ---- regression ----------------------------------------------------------------------


def regressors(view: View, encoder: dict[str, Any]) -> np.ndarray:
    """What a step of the horizon is regressed on, float64 (B, horizon, features).

    The latest values, earlier values of the season, the calendar, what is known of the
    step and was known a season before it, the latest of the other covariates, a 1.
    """
    rows, history = view["value"].shape
    horizon = view["lags"].shape[1] - history
    past = scaled_past(view, encoder)
    same = [
        view["value"][:, -RECENT:],
        np.nan_to_num(past[:, -1]),
        past.mean(axis=1),
        view["lags"][:, history:].mean(axis=1),
        np.ones((rows, 1)),
    ]
    shared = np.concatenate(same, axis=-1)[:, None].repeat(horizon, axis=1)
    each = [
        view["lags"][:, history:],
        view["waves"][:, history:],
        standard(view["known"][:, history:], encoder["known"]),
        standard(view["known_before"][:, history:], encoder["known_before"]),
    ]
    return np.concatenate([*each, shared], axis=-1).clip(-FURTHEST, FURTHEST)


def moved_by(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How far the last season is moved, (B, horizon)."""
    moved: np.ndarray = np.einsum("bhf,hf->bh", x, weights)
    return moved.clip(-FURTHEST, FURTHEST)


def ridges(x: np.ndarray, y: np.ndarray, penalties: Sequence[float]) -> np.ndarray:
    """Weights for each penalty and step ahead, (penalties, horizon, features).

    Ridge regression (Hoerl & Kennard, 1970) of y, NaN where unknown, on features of their
    own deviation; the last feature, a 1, is free.
    """
    weights = np.zeros((len(penalties), x.shape[1], x.shape[2]))
    held = np.ones(x.shape[2])
    held[-1] = 1e-6
    for step in range(x.shape[1]):
        known = ~np.isnan(y[:, step])
        features = x[known, step]
        size = np.maximum(features.std(axis=0), 1e-3)
        size[-1] = 1.0
        features = features / size
        gram, moment = features.T @ features, features.T @ y[known, step]
        for i, penalty in enumerate(penalties):
            solved = np.linalg.solve(gram + penalty * np.diag(held), moment)
            weights[i, step] = solved / size
    return weights


# ---- fit -----------------------------------------------------------------------------


def fit_regression(
    view: View, truth: np.ndarray, steps: np.ndarray, encoder: dict[str, Any]
) -> dict[str, Any]:
    """The regression, and how far each simple forecast is off on training windows.

    The penalty is the one that is best on stretches of time that the others were fitted
    without (Bergmeir et al., 2018).

    Args:
        view: Of training windows.
        truth: Their targets, scaled as the view is, (N, horizon) with NaN.
        steps: The step with which each horizon begins, int64 (N,).
        encoder: How covariates are scaled.

    Returns:
        "weights" (horizon, features), "penalties": the error of each on held-out
        stretches, and "units": the mean absolute error that each of FORECASTS leaves,
        scaled.
    """
    x, left = regressors(view, encoder), truth - last_season(view, encoder)
    errors = np.zeros((FOLDS, len(PENALTIES)))
    edges = np.quantile(steps, np.linspace(0, 1, FOLDS + 1))
    for fold, (begin, end) in enumerate(pairwise(edges)):
        judged = (steps >= begin) & (steps <= end)
        apart = (steps <= begin - truth.shape[1]) | (steps >= end + truth.shape[1])
        size = view["scale"][judged]
        for i, weights in enumerate(ridges(x[apart], left[apart], PENALTIES)):
            errors[fold, i] = off(moved_by(x[judged], weights), left[judged], size)
    penalty = PENALTIES[int(errors.mean(axis=0).argmin())]
    found: dict[str, Any] = {
        "weights": ridges(x, left, [penalty])[0].tolist(),
        "penalties": errors.mean(axis=0).tolist(),
    }
    one = np.ones(len(truth))
    units = {
        name: off(forecast(view, encoder | found), truth, one) or 1.0
        for name, forecast in FORECASTS.items()
    }
    return found | {"units": units}


def choose_offset(
    view: View, truth: np.ndarray, encoder: dict[str, Any]
) -> dict[str, Any]:
    """The best of FORECASTS on validation windows, and the error of each.

    Args:
        view: Of validation windows.
        truth: Their targets in their own unit, (N, horizon) with NaN.
        encoder: As training windows determine it.
    """
    centre, scale = view["centre"][:, None], view["scale"]
    apart = (truth - centre) / scale[:, None]
    errors = {
        name: off(forecast(view, encoder), apart, scale)
        for name, forecast in FORECASTS.items()
    }
    return {"offset": min(errors, key=lambda name: errors[name]), "errors": errors}


def off(forecast: np.ndarray, truth: np.ndarray, size: np.ndarray) -> float:
    """Mean absolute error of the steps that are known, each window times its `size`."""
    known = ~np.isnan(truth)
    errors = np.abs(forecast - truth) * size[:, None]
    return float(errors[known].mean()) if known.any() else 0.0
