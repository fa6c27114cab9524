"""What is to be predicted: from clean rows to what the model learns, and back.

`true` is the target in its own unit, the form in which results are judged. Which columns
hold it stands in dataloader.py.
"""

from typing import Any

import numpy as np
import polars as pl
from torch import Tensor

# ---- target --------------------------------------------------------------------------


def weigh_classes(fitted: dict[str, Any]) -> list[float]:
    """Weights that let every class count as much as any other; 1 on average over rows."""
    counts = [max(1, count) for count in fitted["counts"]]
    return [sum(counts) / (len(counts) * count) for count in counts]


def read_numbers(
    table: pl.DataFrame, targets: list[str], classes: list[str]
) -> np.ndarray:
    """The targets in their own units, float64 (N, K)."""
    columns = [
        table[name].alias("value").cast(pl.Float64).to_numpy() for name in targets
    ]
    return np.stack(columns, axis=1)


def fit_numbers(truth: np.ndarray, classes: list[str]) -> dict[str, Any]:
    """Mean and standard deviation of each target over training rows."""
    spread = truth.std(axis=0)
    return {
        "mean": truth.mean(axis=0).tolist(),
        "std": np.where(spread > 0, spread, 1.0).tolist(),
    }


def encode_numbers(truth: np.ndarray, fitted: dict[str, Any]) -> np.ndarray:
    """Scaled to mean 0 and deviation 1, float32 (N, K), or (N,) for one target."""
    scaled: np.ndarray = (truth - fitted["mean"]) / np.array(fitted["std"])
    return scaled.astype(np.float32).squeeze(1 if truth.shape[1] == 1 else ())


def decode_numbers(raw: Tensor, fitted: dict[str, Any]) -> np.ndarray:
    """Outputs (N, K) in the targets' own units, float64 (N, K)."""
    scaled = raw.double().reshape(len(raw), -1).numpy()
    numbers: np.ndarray = scaled * np.array(fitted["std"]) + fitted["mean"]
    return numbers


def fit_log_numbers(truth: np.ndarray, classes: list[str]) -> dict[str, Any]:
    """Mean and deviation of log(1 + target), and the largest target, of training rows."""
    return fit_numbers(np.log1p(truth), classes) | {"max": truth.max(axis=0).tolist()}


def encode_log_numbers(truth: np.ndarray, fitted: dict[str, Any]) -> np.ndarray:
    """log(1 + target), scaled, float32 (N, K), or (N,) for one target."""
    return encode_numbers(np.log1p(np.maximum(truth, 0)), fitted)


def decode_log_numbers(raw: Tensor, fitted: dict[str, Any]) -> np.ndarray:
    """Outputs (N, K) in the targets' own units, float64 (N, K).

    Held below twice the largest training target: an exponential would turn one wild
    output into an error that hides all others.
    """
    numbers = np.expm1(np.minimum(decode_numbers(raw, fitted), 700))
    bounded: np.ndarray = numbers.clip(0, 2 * np.array(fitted["max"]))
    return bounded


# ---- the target ----------------------------------------------------------------------


def rows_with_target(
    table: pl.DataFrame, targets: list[str], most: int | None, seed: int
) -> np.ndarray:
    """Numbers of the rows that have every target, at most `most` drawn by chance."""
    known = [table[name].alias("value").is_not_null().to_numpy() for name in targets]
    rows = np.flatnonzero(np.all(known, axis=0))
    if most is None or len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def truth(table: pl.DataFrame, targets: list[str], classes: list[str]) -> np.ndarray:
    """The target in its own unit."""
    return read_numbers(table, targets, classes)


def fit_target(true: np.ndarray, classes: list[str]) -> dict[str, Any]:
    """What encoding needs to know of the training rows' targets, as plain data."""
    return fit_log_numbers(true, classes)


def target(true: np.ndarray, fitted: dict[str, Any]) -> np.ndarray:
    """The target in the form that the model learns."""
    return encode_log_numbers(true, fitted)


def untarget(raw: Tensor, fitted: dict[str, Any]) -> np.ndarray:
    """Raw outputs (N, output_dim) as probabilities, or numbers in their own unit."""
    return decode_log_numbers(raw, fitted)


def class_weights(fitted: dict[str, Any]) -> list[float]:
    """Weights of the loss that let every class count alike."""
    return weigh_classes(fitted)
