"""From clean rows to the arrays that a model reads.

Whatever is fitted here is fitted on training rows alone, and kept as plain data in
data/prepared. Which columns are used, and as what, stands in dataloader.py.
"""

from typing import Any

import numpy as np
import polars as pl

# ---- encode --------------------------------------------------------------------------

LEVELS = np.linspace(-1, 1, 257)  # where the quantiles of a number are laid


def fit_encoder(
    train: pl.DataFrame,
    numbers: list[str],
    categories: list[str],
    min_rows: int,
    max_categories: int,
) -> dict[str, Any]:
    """The quantiles of each number and the values of each category, as plain data.

    A category's value needs `min_rows` training rows to get a code of its own, and only
    the `max_categories` most frequent ones do.
    """
    quantiles = {}
    for name in numbers:
        known = train[name].alias("value").drop_nulls().to_numpy()
        values, first, count = np.unique(
            np.quantile(known, (LEVELS + 1) / 2) if len(known) else known,
            return_index=True,
            return_counts=True,
        )  # a value that several quantiles share lies in the middle of them
        levels = LEVELS[first] + (count - 1) * (LEVELS[1] - LEVELS[0]) / 2
        quantiles[name] = {"values": values.tolist(), "levels": levels.tolist()}
    frequent = {}
    for name in categories:
        counts = train[name].alias("value").drop_nulls().value_counts().rows()
        ranked = sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:max_categories]
        frequent[name] = [value for value, count in ranked if count >= min_rows]
    return {"numbers": quantiles, "categories": frequent}


def number_levels(column: pl.Series, fitted: dict[str, list[float]]) -> np.ndarray:
    """Where each number lies among the training rows' quantiles, in [-1, 1]; or NaN."""
    if not fitted["values"]:
        return np.full(len(column), np.nan)
    levels: np.ndarray = np.interp(
        column.to_numpy(), fitted["values"], fitted["levels"]
    )
    return levels


def category_codes(column: pl.Series, values: list[str]) -> np.ndarray:
    """0 where no value is, 1 for rare and for unseen ones, from 2 the frequent ones."""
    column = column.alias("value")  # polars takes some names as patterns
    code = column.cast(pl.Enum(values), strict=False).to_physical().cast(pl.Int64) + 2
    codes: np.ndarray = (code.fill_null(1) * column.is_not_null()).to_numpy()
    return codes


def encode_features(
    table: pl.DataFrame, encoder: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers, then category codes, float32 (N, F); where a value is, bool (N, F)."""
    columns = [
        number_levels(table[name], fit) for name, fit in encoder["numbers"].items()
    ]
    for name, values in encoder["categories"].items():
        codes = category_codes(table[name], values).astype(np.float64)
        columns.append(np.where(codes == 0, np.nan, codes))
    values = np.stack(columns, axis=1).astype(np.float32)
    return np.nan_to_num(values, nan=0.0), ~np.isnan(values)


def features_arguments(encoder: dict[str, Any]) -> dict[str, Any]:
    """What a model can use beyond the arrays: the codes of each feature, 0 for numbers."""
    codes = [len(values) + 2 for values in encoder["categories"].values()]
    cardinalities = [0] * len(encoder["numbers"]) + codes
    return {"kind": "features", "cardinalities": cardinalities}


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
