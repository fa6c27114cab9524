"""Windows of a grid: all that is known when a forecast is made.

Nothing of a window's horizon is read but what is known in advance: that is so by the
cells that `look` gathers, and check.py proves it by hiding all that is later.
"""

from typing import Any, NamedTuple

import numpy as np

# isort: split
from timeline import Grid

WILDEST = 30.0  # scales from its window's mean that a value counts

View = dict[str, np.ndarray]


class Shape(NamedTuple):
    """What a window spans, as dataloader.py has it."""

    history: int  # steps
    horizon: int  # steps
    seasons: list[int]  # periods in steps, the shortest first
    lags: int  # earlier values of the same season that are read, for each season


# ---- what is known -------------------------------------------------------------------


def look(grid: Grid, shape: Shape, cells: np.ndarray, series: np.ndarray) -> View:
    """All that may be known when the forecasts from `cells` on are made.

    Values of the target are scaled by the window's own history: `centre` and `scale`.

    Returns:
        For B windows of T = history + horizon steps, H of them history: "value" and
        "given" (B, H), "last" (B,), "lags" (B, T, L), "past" (B, H, P), "known" (B, T, K), the
        same a season before in "known_before" (B, T, K * seasons), "waves" (B, T, W),
        "centre" and "scale" (B,).
    """
    low, high = grid.first[series][:, None], grid.first[series + 1][:, None]
    ahead = np.arange(-shape.history, shape.horizon)
    places = cells[:, None] + ahead  # (B, T)
    inside = places.clip(low, high - 1)
    back = inside[:, : shape.history]
    value = np.where(places[:, : shape.history] >= low, grid.target[back], np.nan)
    given = ~np.isnan(value)
    last = grid.filled[np.maximum(cells - 1, low[:, 0])]
    centre, scale = own_scale(value, last)
    scaled = (np.where(given, value, centre[:, None]) - centre[:, None]) / scale[
        :, None
    ]
    # A step of the horizon looks back whole seasons, to before the forecast is made.
    lags, before = [], []
    for season in shape.seasons:
        whole = season * (np.maximum(ahead, 0) // season + 1)
        for lag in range(shape.lags):
            seen = (places - whole - lag * season).clip(low, high - 1)
            lags.append((grid.filled[seen] - centre[:, None]) / scale[:, None])
        before.append(grid.known[(places - whole).clip(low, high - 1)])
    return {
        "value": scaled,
        "given": given,
        "last": (last - centre) / scale,
        "lags": np.stack(lags, axis=-1),
        "past": grid.past[back],
        "known": grid.known[inside],
        "known_before": np.concatenate(before, axis=-1),
        "waves": grid.waves[inside],
        "centre": centre,
        "scale": scale,
    }


def own_scale(value: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation of each window's known history (B, H), float64 (B,).

    A history without values is centred on the `last` one before it; one that hardly moves
    is scaled by a part of its size.
    """
    given = ~np.isnan(value)
    count = given.sum(axis=1)
    total = np.where(given, value, 0).sum(axis=1)
    centre = np.where(count > 0, total / np.maximum(count, 1), last)
    apart = np.where(given, value - centre[:, None], 0)
    scale = np.sqrt((apart**2).sum(axis=1) / np.maximum(count, 1))
    size = np.abs(centre)
    still = np.where(size > 0, 0.05 * size, 1.0)
    return centre, np.where(scale > 1e-3 * size, scale, still)


# ---- a batch -------------------------------------------------------------------------


def channels(view: View, encoder: dict[str, Any], offset: np.ndarray) -> np.ndarray:
    """The steps of each window as a model reads them, float32 (B, T, C).

    The target's channel, a flag of the horizon, earlier values of the season, covariates
    whose future is unknown (0 in the horizon), those known in advance, the calendar, the
    offset that the model corrects (0 in the history).
    """
    rows, history = view["value"].shape
    steps = view["lags"].shape[1]
    ahead = np.zeros((rows, steps, 1))
    ahead[:, history:] = 1
    value = np.zeros((rows, steps, 1))
    value[:, :history, 0] = view["value"]
    start = np.zeros((rows, steps, 1))
    start[:, history:, 0] = offset
    past = np.zeros((rows, steps, view["past"].shape[-1]))
    past[:, :history] = scaled_past(view, encoder)
    known = standard(view["known"], encoder["known"])
    before = standard(view["known_before"], encoder["known_before"])
    parts = [
        value,
        ahead,
        view["lags"],
        past,
        known,
        before,
        view["waves"],
        start,
    ]
    whole = np.concatenate(parts, axis=-1).clip(-WILDEST, WILDEST)
    whole[:, :history] *= view["given"][..., None]
    return whole.astype(np.float32)


def standard(values: np.ndarray, fitted: dict[str, list[float]]) -> np.ndarray:
    """Scaled as the training part is; what is absent is its mean."""
    scaled = (values - np.array(fitted["mean"])) / np.array(fitted["std"])
    known: np.ndarray = np.nan_to_num(scaled, posinf=0.0, neginf=0.0)
    return known


def scaled_past(view: View, encoder: dict[str, Any]) -> np.ndarray:
    """Covariates with an unknown future, (B, H, P).

    Of one series they keep their level; of several each window has its own.
    """
    past = view["past"]
    if not encoder["by_window"]:
        return standard(past, encoder["past"])
    known = ~np.isnan(past)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    mean = np.where(known, past, 0).sum(axis=1, keepdims=True) / count
    apart = np.where(known, past - mean, 0)
    spread = np.sqrt((apart**2).sum(axis=1, keepdims=True) / count)
    scaled: np.ndarray = apart / np.where(spread > 1e-3 * np.abs(mean), spread, 1.0)
    return scaled
