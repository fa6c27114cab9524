"""What is to be predicted: from clean rows to what the model learns, and back.

`true` is the target in its own unit, the form in which results are judged. Which columns
hold it stands in dataloader.py.
"""

from typing import Any

import numpy as np
import polars as pl
from torch import Tensor

from labwright.parts.target import (
    decode_classes,
    encode_classes,
    fit_classes,
    read_classes,
    weigh_classes,
)

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
    return read_classes(table, targets, classes)


def fit_target(true: np.ndarray, classes: list[str]) -> dict[str, Any]:
    """What encoding needs to know of the training rows' targets, as plain data."""
    return fit_classes(true, classes)


def target(true: np.ndarray, fitted: dict[str, Any]) -> np.ndarray:
    """The target in the form that the model learns."""
    return encode_classes(true, fitted)


def untarget(raw: Tensor, fitted: dict[str, Any]) -> np.ndarray:
    """Raw outputs (N, output_dim) as probabilities, or numbers in their own unit."""
    return decode_classes(raw, fitted)


def class_weights(fitted: dict[str, Any]) -> list[float]:
    """Weights of the loss that let every class count alike."""
    return weigh_classes(fitted)
