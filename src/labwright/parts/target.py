"""What is to be predicted: from cells to the model's target, and from its output back.

Four forms with the same four functions. `truth` is the target in its own unit, the form
that metrics compare; `fitted` is plain data measured on training rows.
"""

from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor

from labwright.parts.lists import text_lists

YES = ("1", "true", "yes", "y", "t")
NO = ("0", "false", "no", "n", "f")


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


def read_labels(
    table: pl.DataFrame, targets: list[str], classes: list[str]
) -> np.ndarray:
    """Which labels each row has, float32 (N, K) of 0 and 1, from K columns of yes or no.

    Raises:
        ValueError: a cell says neither yes nor no.
    """
    columns = []
    for name in targets:
        cells = (
            table[name]
            .alias("value")
            .cast(pl.String)
            .str.to_lowercase()
            .str.strip_suffix(".0")
        )
        known = cells.is_in(YES + NO).fill_null(False)
        if unknown := table[name].filter(~known).unique().sort().to_list():
            raise ValueError(
                f"expected yes or no in {name!r}, written as one of {YES + NO}, found "
                f"{len(unknown)} other values: {unknown[:5]}. Mend those cells, or drop "
                "their rows."
            )
        columns.append(cells.is_in(YES).to_numpy())
    return np.stack(columns, axis=1).astype(np.float32)


def read_label_lists(
    table: pl.DataFrame, targets: list[str], classes: list[str]
) -> np.ndarray:
    """Which labels each row has, float32 (N, K) of 0 and 1, from one column of lists.

    Raises:
        ValueError: a row has a label that is not in `classes`.
    """
    lists = text_lists(table[targets[0]].alias("value"))
    found = lists.explode().drop_nulls().unique().sort()
    if unknown := found.filter(~found.is_in(classes)).to_list():
        raise ValueError(
            f"expected the {len(classes)} labels in CLASSES, found {len(unknown)} more: "
            f"{unknown[:5]}. Add them to CLASSES, or drop their rows."
        )
    columns = [lists.list.contains(label).to_numpy() for label in classes]
    return np.stack(columns, axis=1).astype(np.float32)


def fit_labels(truth: np.ndarray, classes: list[str]) -> dict[str, Any]:
    """How many training rows have each label."""
    return {"counts": truth.sum(axis=0).tolist()}


def encode_labels(truth: np.ndarray, fitted: dict[str, Any]) -> np.ndarray:
    """Unchanged, float32 (N, K)."""
    return truth


def decode_labels(raw: Tensor, fitted: dict[str, Any]) -> np.ndarray:
    """Logits (N, K) as the probability of each label, float32 (N, K)."""
    return torch.sigmoid(raw.float()).numpy()


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
