"""From clean rows to the arrays that a model reads, and from its outputs back.

Whatever is fitted here is fitted on training rows alone, and kept as plain data in
data/prepared. Which columns are used, and as what, stands in dataloader.py.
"""

from typing import Any

import numpy as np
import polars as pl
from torch import Tensor

from labwright.parts.encode import encode_features, features_arguments, fit_encoder
from labwright.parts.target import (
    decode_classes,
    encode_classes,
    fit_classes,
    read_classes,
    weigh_classes,
)

# ---- inputs and target ---------------------------------------------------------------


def fit(
    train: pl.DataFrame,
    numbers: list[str],
    categories: list[str],
    targets: list[str],
    classes: list[str],
    min_rows: int,
    max_categories: int,
) -> dict[str, Any]:
    """All that encoding needs to know of the training rows, as plain data."""
    encoder = fit_encoder(train, numbers, categories, min_rows, max_categories)
    return encoder | {
        "target": fit_classes(truth(train, targets, classes), classes),
    }


def encode(
    table: pl.DataFrame, encoder: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows as the model reads them, and where a value is; False stands beside a 0."""
    return encode_features(table, encoder)


def truth(table: pl.DataFrame, targets: list[str], classes: list[str]) -> np.ndarray:
    """The target in its own unit, the form in which results are judged."""
    return read_classes(table, targets, classes)


def target(true: np.ndarray, encoder: dict[str, Any]) -> np.ndarray:
    """The target in the form that the model learns."""
    return encode_classes(true, encoder["target"])


def untarget(raw: Tensor, encoder: dict[str, Any]) -> np.ndarray:
    """Outputs of the model as probabilities, or as numbers in the target's own unit."""
    return decode_classes(raw, encoder["target"])


def model_arguments(encoder: dict[str, Any], balance: bool) -> dict[str, Any]:
    """What a model can use beyond its five arguments, if it accepts it."""
    arguments = features_arguments(encoder)
    if balance:
        arguments["class_weights"] = weigh_classes(encoder["target"])
    return arguments
