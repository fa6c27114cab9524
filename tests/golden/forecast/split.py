"""Which forecasts there are, and which of them train, choose and judge.

Cut at moments that are the same for all series. How many steps a window spans and how far
apart windows are stands in dataloader.py.
"""

from itertools import pairwise

import numpy as np

# isort: split
from timeline import Grid
from windows import Shape

# ---- forecast windows ----------------------------------------------------------------

FEWEST_KNOWN = 0.5  # share of the history that a window has values of


def part_bounds(
    target: np.ndarray,
    first: np.ndarray,
    begins: np.ndarray,
    shares: tuple[float, float, float],
) -> tuple[int, int]:
    """The steps with which val and test begin, the same for all series.

    Of all known values a share as given lies before each.
    """
    cells = np.flatnonzero(~np.isnan(target))
    series = np.searchsorted(first, cells, side="right") - 1
    steps = np.sort(begins[series] + cells - first[series])
    ends = np.round(np.cumsum(shares)[:2] * len(steps)).astype(np.int64)
    val, test = steps[ends.clip(max=len(steps) - 1)]
    return int(val), int(test)


def forecast_origins(
    target: np.ndarray,
    first: np.ndarray,
    begins: np.ndarray,
    history: int,
    horizon: int,
    span: tuple[float, float],
    stride: int,
) -> tuple[np.ndarray, np.ndarray]:
    """First cells of the horizons that lie wholly in the steps of `span`.

    Every `stride`-th step, where half of the history is known and some of the horizon.

    Returns:
        Cells and the series of each, int64 (N,), by step and then by series.
    """
    found = [np.zeros((3, 0), dtype=np.int64)]
    for series, (low, high) in enumerate(pairwise(first)):
        count = np.concatenate([[0], np.cumsum(~np.isnan(target[low:high]))])
        at = np.arange(1, max(1, high - low - horizon + 1))
        step = begins[series] + at
        before = count[at] - count[np.maximum(at - history, 0)]
        some = count[at + horizon] > count[at]
        inside = (step >= span[0]) & (step + horizon <= span[1])
        enough = before >= FEWEST_KNOWN * history
        kept = inside & enough & some & (step % stride == 0)
        owner = np.full(int(kept.sum()), series)
        found.append(np.stack([step[kept], owner, low + at[kept]]))
    step, owner, cell = np.concatenate(found, axis=1)
    order = np.lexsort((owner, step))
    return cell[order], owner[order]


def naive_errors(
    target: np.ndarray, first: np.ndarray, begins: np.ndarray, season: int, end: int
) -> np.ndarray:
    """Mean |y(t) - y(t - season)| of each series before step `end`, float64 (S,).

    What MASE divides by (Hyndman & Koehler, 2006); NaN where none is known.
    """
    errors = np.full(len(begins), np.nan)
    for series, (low, high) in enumerate(pairwise(first)):
        values = target[low : min(high, low + max(0, end - begins[series]))]
        apart = np.abs(values[season:] - values[:-season])
        if not np.isnan(apart).all():
            errors[series] = np.nanmean(apart)
    return errors


# ---- parts ---------------------------------------------------------------------------


def split_windows(
    grid: Grid,
    shape: Shape,
    shares: tuple[float, float, float],
    strides: tuple[int, int],
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The windows of each part, and what MASE divides by.

    Args:
        grid: All series.
        shape: What a window spans.
        shares: Of the known values, before val, between val and test, from test on.
        strides: Steps from a window to the next, in train and in the other parts.

    Returns:
        For each part the first cell of each horizon and its series, int64 (2, N), and
        for each series the mean error of the seasonal naive forecast in train.

    Raises:
        ValueError: a part would be empty.
    """
    cells = grid.target, grid.first, grid.begins
    val, test = part_bounds(*cells, shares)
    spans = {"train": (-np.inf, val), "val": (val, test), "test": (test, np.inf)}
    windows = {}
    for part, span in spans.items():
        stride = strides[0] if part == "train" else strides[1]
        found = forecast_origins(*cells, shape.history, shape.horizon, span, stride)
        windows[part] = np.stack(found)
        if not windows[part].size:
            raise ValueError(
                f"expected forecasts of {shape.horizon} steps in each part, found none "
                f"in {part}: its series are shorter, or more than half of a history of "
                f"{shape.history} steps is absent. Set a smaller HORIZON or HISTORY."
            )
    return windows, naive_errors(*cells, shape.seasons[0], val)
