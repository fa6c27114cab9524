"""From rows of words, or texts, to windows of sub-words.

Which column is read, and how many sub-words there are, stands in dataloader.py; here is
only how.
"""

import polars as pl

from labwright.parts.lists import text_lists
from labwright.parts.windows import (
    Windows,
    cut_tagged,
    fit_on_features,
    ids_of_featured,
)
from labwright.parts.word_features import size_of_features

# ---- words to sub-words --------------------------------------------------------------


def listed(table: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The table with lists of texts as such, however its file stores them."""
    return table.with_columns(text_lists(table[name]) for name in columns)


def fit_words(train: pl.DataFrame, column: str, size: int) -> str:
    """The sub-words that the training rows determine, as JSON text."""
    return fit_on_features(train, column, size)


def count_subwords(fitted: str) -> int:
    """How many ids there are, that of padding among them."""
    return size_of_features(fitted)


def cut(
    table: pl.DataFrame,
    column: str,
    targets: list[str],
    classes: list[str],
    fitted: str,
    limit: int,
) -> Windows:
    """What the model reads and learns of each row, in one window or several."""
    encoded = ids_of_featured(table[column], fitted)
    return cut_tagged(encoded, table, targets, classes, limit)
