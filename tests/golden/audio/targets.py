"""What is to be predicted: from clean rows to what the model learns, and back.

`true` is the target in its own unit, the form in which results are judged. Which columns
hold it stands in dataloader.py.
"""

from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor

# ---- target --------------------------------------------------------------------------


def read_classes(
    table: pl.DataFrame, targets: list[str], classes: list[str]
) -> np.ndarray:
    """The class of each row, int64 (N,).

    Raises:
        ValueError: a row has a class that is not in `classes`.
    """
    column = table[targets[0]].alias("value")  # polars takes some names as patterns
    if column.dtype.is_float():  # classes written as numbers: 2.0 is the class "2"
        whole = column.cast(pl.Int64, strict=False)
        column = column.cast(pl.String).zip_with(
            whole.ne_missing(column), whole.cast(pl.String)
        )
    codes = column.cast(pl.Enum(classes), strict=False).to_physical()
    if unknown := column.filter(codes.is_null()).unique().sort().to_list():
        raise ValueError(
            f"expected the {len(classes)} classes in CLASSES, found {len(unknown)} more: "
            f"{unknown[:5]}. Add them to CLASSES, or drop their rows."
        )
    return codes.cast(pl.Int64).to_numpy()


def fit_classes(truth: np.ndarray, classes: list[str]) -> dict[str, Any]:
    """How many training rows each class has."""
    return {"counts": np.bincount(truth, minlength=len(classes)).tolist()}


def encode_classes(truth: np.ndarray, fitted: dict[str, Any]) -> np.ndarray:
    """Unchanged, int64 (N,)."""
    return truth


def decode_classes(raw: Tensor, fitted: dict[str, Any]) -> np.ndarray:
    """Logits (N, C) as probabilities of each class, float32 (N, C)."""
    return torch.softmax(raw.float(), dim=1).numpy()


def weigh_classes(fitted: dict[str, Any]) -> list[float]:
    """Weights that let every class count as much as any other; 1 on average over rows."""
    counts = [max(1, count) for count in fitted["counts"]]
    return [sum(counts) / (len(counts) * count) for count in counts]


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
