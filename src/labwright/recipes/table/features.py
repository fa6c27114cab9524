"""From clean rows to the arrays that a model reads.

Whatever is fitted here is fitted on training rows alone, and kept as plain data in
data/prepared. Which columns are used, and as what, stands in dataloader.py.
"""

from typing import Any

import numpy as np
import polars as pl

from labwright.parts.encode import encode_features, features_arguments, fit_encoder

# ---- inputs --------------------------------------------------------------------------


def fit_features(
    train: pl.DataFrame,
    columns: dict[str, list[str]],
    min_rows: int,
    max_categories: int,
) -> dict[str, Any]:
    """All that encoding needs to know of the training rows, as plain data."""
    numbers, categories = columns["numbers"], columns["categories"]
    return fit_encoder(train, numbers, categories, min_rows, max_categories)


def number_inputs(table: pl.DataFrame, encoder: dict[str, Any]) -> pl.DataFrame:
    """The inputs that are numbers, as they are before encoding."""
    return pl.DataFrame({name: table[name] for name in encoder["numbers"]})


def encode(
    table: pl.DataFrame, encoder: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows as the model reads them, and where a value is; False stands beside a 0."""
    return encode_features(table, encoder)


def model_arguments(encoder: dict[str, Any]) -> dict[str, Any]:
    """What a model can use beyond its five arguments, if it accepts it."""
    return features_arguments(encoder)
