"""From clean rows, free text among them, to the arrays that a model reads.

Whatever is fitted here is fitted on training rows alone, and kept as plain data in
data/prepared. Which columns are used, and as what, stands in dataloader.py; the constants
about texts are yours to edit: what you change is prepared anew.
"""

from typing import Any

import numpy as np
import polars as pl

from labwright.parts.encode import encode_features, features_arguments, fit_encoder
from labwright.parts.text_features import fit_text_features, text_features

TEXT_WORDS = 2_000  # of each column of texts, the most frequent
TEXT_NUMBERS = 16  # that a text becomes
SEED = 0  # of the decomposition

# ---- inputs --------------------------------------------------------------------------


def with_texts(table: pl.DataFrame, texts: dict[str, Any]) -> pl.DataFrame:
    """The table with the numbers that its texts become, named `<column>.topic1` …"""
    made = [
        pl.Series(f"{name}.topic{i}", values, nan_to_null=True)
        for name, fitted in texts.items()
        for i, values in enumerate(text_features(table[name], fitted).T, start=1)
    ]
    return table.with_columns(made)


def fit_features(
    train: pl.DataFrame,
    columns: dict[str, list[str]],
    min_rows: int,
    max_categories: int,
) -> dict[str, Any]:
    """All that encoding needs to know of the training rows, as plain data."""
    numbers, categories = columns["numbers"], columns["categories"]
    texts = {
        name: fit_text_features(train[name], min_rows, TEXT_WORDS, TEXT_NUMBERS, SEED)
        for name in columns["texts"]
    }
    topics = [
        f"{name}.topic{i}"
        for name, fitted in texts.items()
        for i, _ in enumerate(fitted["components"], start=1)
    ]
    whole = with_texts(train, texts)
    fitted = fit_encoder(whole, numbers + topics, categories, min_rows, max_categories)
    return fitted | {"texts": texts}


def number_inputs(table: pl.DataFrame, encoder: dict[str, Any]) -> pl.DataFrame:
    """The inputs that are numbers, as they are before encoding."""
    whole = with_texts(table, encoder["texts"])
    return pl.DataFrame({name: whole[name] for name in encoder["numbers"]})


def encode(
    table: pl.DataFrame, encoder: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows as the model reads them, and where a value is; False stands beside a 0."""
    return encode_features(with_texts(table, encoder["texts"]), encoder)


def model_arguments(encoder: dict[str, Any]) -> dict[str, Any]:
    """What a model can use beyond its five arguments, if it accepts it."""
    return features_arguments(encoder)
