"""Which forecasts there are, and which of them train, choose and judge.

Cut at moments that are the same for all series. How many steps a window spans and how far
apart windows are stands in dataloader.py.
"""

import numpy as np

from labwright.parts.forecast_windows import (
    forecast_origins,
    naive_errors,
    part_bounds,
)
from labwright.recipes.forecast.timeline import Grid
from labwright.recipes.forecast.windows import Shape

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
