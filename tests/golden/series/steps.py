"""From series to the steps that a model reads: scaled channels, in patches.

What is fitted here is fitted on training series alone, and kept as plain data in
data/prepared. Which channels there are stands in dataloader.py.
"""

from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor

# ---- series --------------------------------------------------------------------------


def steps_of(table: pl.DataFrame, channels: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The steps of all series, one behind the other, and how many each has.

    Channels of one series may differ in length; steps behind the last value of any are
    left out. A series without any value has one empty step.

    Args:
        table: A row a series.
        channels: Columns of lists of numbers, null where a step has none.

    Returns:
        float64 (S, C) with NaN where there is no value, and int64 (N,).
    """
    flat = [positioned(table[name]) for name in channels]
    lengths = np.ones(len(table), dtype=np.int64)
    for rows, positions, _ in flat:
        np.maximum.at(lengths, rows, positions + 1)
    first = lengths.cumsum() - lengths  # where the steps of each series begin
    steps = np.full((lengths.sum(), len(channels)), np.nan)
    for channel, (rows, positions, values) in enumerate(flat):
        steps[first[rows] + positions, channel] = values
    return steps, lengths


def positioned(lists: pl.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every value of a column of lists: its row, its position there, and itself."""
    lengths = lists.list.len().fill_null(0).to_numpy().astype(np.int64)
    values = lists.filter(lengths > 0).explode().cast(pl.Float64).to_numpy()
    rows = np.repeat(np.arange(len(lists)), lengths)
    positions = np.arange(len(rows)) - np.repeat(lengths.cumsum() - lengths, lengths)
    known = np.isfinite(values)
    return rows[known], positions[known], values[known]


def fit_scales(steps: np.ndarray, logs: list[bool]) -> dict[str, Any]:
    """Mean and deviation of each channel over the steps that have a value.

    Args:
        steps: Of the training series, (S, C) with NaN where there is no value.
        logs: For each channel whether it has numbers of many magnitudes, see
            `magnitudes`; their unit is the lower quartile of those that are not 0.
    """
    units: list[float | None] = []
    for channel, log in enumerate(logs):
        sizes = np.abs(steps[:, channel])
        sizes = sizes[sizes > 0]
        units.append(float(np.quantile(sizes, 0.25)) if log and len(sizes) else None)
    numbers = magnitudes(steps, units)
    known = np.isfinite(numbers)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, numbers, 0).sum(axis=0) / count
    variance = (np.where(known, numbers - mean, 0) ** 2).sum(axis=0) / count
    spread = np.sqrt(variance)
    return {
        "units": units,
        "mean": mean.tolist(),
        "std": np.where(spread > 0, spread, 1.0).tolist(),
    }


def magnitudes(steps: np.ndarray, units: list[float | None]) -> np.ndarray:
    """Channels that have a unit as sign(x) log(1 + |x| / unit), others as they are."""
    logs = [unit is not None for unit in units]
    sizes = np.abs(steps) / [unit or 1.0 for unit in units]
    return np.where(logs, np.sign(steps) * np.log1p(sizes), steps)


def scaled_steps(steps: np.ndarray, scales: dict[str, Any]) -> np.ndarray:
    """Channels with mean 0 and deviation 1 over the training part, float32 (S, C)."""
    numbers = magnitudes(steps, scales["units"])
    scaled: np.ndarray = (numbers - scales["mean"]) / np.array(scales["std"])
    return scaled.astype(np.float32)


def patches_of(
    steps: np.ndarray, lengths: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`size` consecutive steps side by side as one; the last of a series may be partial.

    Args:
        steps: (S, C) of all series, NaN where there is no value.
        lengths: Steps of each series, (N,).
        size: Steps of a patch; 1 leaves them as they are.

    Returns:
        float32 (P, size x C) with 0 where there is no value; bool (P,), False where a
        patch has none at all; and the patches of each series, int64 (N,).
    """
    counts = -(-lengths // size)
    within = np.arange(len(steps)) - np.repeat(lengths.cumsum() - lengths, lengths)
    patch = np.repeat(counts.cumsum() - counts, lengths) + within // size
    patches = np.full((counts.sum(), size, steps.shape[1]), np.nan, dtype=np.float32)
    patches[patch, within % size] = steps
    known = np.asarray(np.isfinite(patches).any(axis=(1, 2)))
    return np.nan_to_num(patches).reshape(len(patches), -1), known, counts


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
