"""What is fitted on the training windows, and what a model reads and learns of a window.

A target is the difference to a simple forecast (offset.py), in units of a fifteenth of
what that leaves on training windows: an untrained model, whose outputs are small beside
that, begins about where the simple forecast is.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from labwright.recipes.forecast.offset import fit_regression, offset_of
from labwright.recipes.forecast.timeline import Grid
from labwright.recipes.forecast.windows import Shape, View, channels, look

FITTED_WINDOWS = 2_048  # training windows that are fitted on, at most, evenly spaced
UNITS = 15.0  # of a target: that many are what a simple forecast is off on average
LARGEST = 150.0  # units that a target counts: no outlier alone is learned

# ---- fit -----------------------------------------------------------------------------


def fit_windows(
    grid: Grid, shape: Shape, cells: np.ndarray, series: np.ndarray
) -> dict[str, Any]:
    """All that encoding needs to know of the training windows, as plain data.

    Their horizons lie before val begins, and so does all that they look at.
    """
    spaced = np.linspace(0, len(cells) - 1, min(len(cells), FITTED_WINDOWS))
    chosen = spaced.astype(np.int64)
    cells, series = cells[chosen], series[chosen]
    view = look(grid, shape, cells, series)
    centre = view["centre"]
    encoder: dict[str, Any] = {
        "by_window": len(grid.begins) > 1,
        "past": moments_of_columns(view["past"]),
        "known": moments_of_columns(view["known"]),
        "known_before": moments_of_columns(view["known_before"]),
    }
    truth = grid.target[cells[:, None] + np.arange(shape.horizon)]
    scaled = (truth - centre[:, None]) / view["scale"][:, None]
    return encoder | fit_regression(view, scaled, grid.steps(cells, series), encoder)


def moments_of_columns(values: np.ndarray) -> dict[str, list[float]]:
    """Mean and deviation of each column of (N, T, C), absent values aside."""
    rows = values.shape[0] * values.shape[1]
    flat = values.reshape(rows, values.shape[2]).astype(np.float64)
    columns = [column[~np.isnan(column)] for column in flat.T]
    deviations = [float(column.std()) if len(column) else 0.0 for column in columns]
    return {
        "mean": [float(column.mean()) if len(column) else 0.0 for column in columns],
        "std": [deviation if deviation > 0 else 1.0 for deviation in deviations],
    }


# ---- batches -------------------------------------------------------------------------


def inputs_of(view: View, encoder: dict[str, Any]) -> dict[str, Tensor]:
    """What a model reads, and what turns its outputs into numbers in their own unit.

    "input" float32 (B, T, C), "mask" bool (B, T): False at a step of the history without
    a value; "offset" float32 (B, horizon) and "unit" float32 (B, 1), in the own unit.
    """
    offset, scale = offset_of(view, encoder), view["scale"][:, None]
    mask = np.ones(view["lags"].shape[:2], dtype=bool)
    mask[:, : view["given"].shape[1]] = view["given"]
    arrays = {
        "input": channels(view, encoder, offset),
        "mask": mask,
        "offset": (offset * scale + view["centre"][:, None]).astype(np.float32),
        "unit": (encoder["units"][encoder["offset"]] / UNITS * scale).astype(
            np.float32
        ),
    }
    return {name: torch.from_numpy(array) for name, array in arrays.items()}


def target_of(inputs: dict[str, Tensor], truth: np.ndarray) -> Tensor:
    """What a model learns, float32 (B, T): NaN in the history and where unknown."""
    left = (torch.from_numpy(truth) - inputs["offset"]) / inputs["unit"]
    target = torch.full(inputs["mask"].shape, torch.nan)
    target[:, -truth.shape[1] :] = left.clamp(-LARGEST, LARGEST)
    return target
