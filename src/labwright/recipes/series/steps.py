"""From series to the steps that a model reads: scaled channels, in patches.

What is fitted here is fitted on training series alone, and kept as plain data in
data/prepared. Which channels there are stands in dataloader.py.
"""

from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor

from labwright.parts.series import (
    fit_scales,
    patches_of,
    scaled_steps,
    steps_of,
)

# ---- series to steps -----------------------------------------------------------------


def fit_steps(
    train: pl.DataFrame, channels: list[str], logarithms: list[str], patch: int
) -> dict[str, Any]:
    """All that encoding needs to know of the training series, as plain data."""
    steps, lengths = steps_of(train, channels)
    return {
        "channels": channels,
        "patch": patch,
        "longest": int(lengths.max()),
        "scales": fit_scales(steps, [name in logarithms for name in channels]),
    }


def scaled(
    table: pl.DataFrame, fitted: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """The steps of all series, float32 (S, C) with NaN, and how many each has, (N,)."""
    steps, lengths = steps_of(table, fitted["channels"])
    return scaled_steps(steps, fitted["scales"]), lengths


def encode(
    table: pl.DataFrame, fitted: dict[str, Any]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Each series as float32 (T, C) with 0 where it has no value; where it has, (T,)."""
    patches, known, counts = patches_of(*scaled(table, fitted), fitted["patch"])
    ends = counts.cumsum()[:-1]
    return np.split(patches, ends), np.split(known, ends)


def encode_padded(table: pl.DataFrame, fitted: dict[str, Any]) -> dict[str, Tensor]:
    """`input` (N, T, C) and `mask` (N, T) of all series, 0 and False behind their ends."""
    series, known = encode(table, fitted)

    def padded(rows: list[np.ndarray]) -> Tensor:
        tensors = [torch.from_numpy(row) for row in rows]
        return torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True)

    return {"input": padded(series), "mask": padded(known)}
