"""Cells as people write them, to columns with a type.

Which column is what stands in dataloader.py; here is only how it is read.
"""

import polars as pl

from labwright.parts.calendar import calendar
from labwright.parts.clean import clean

# ---- typed columns -------------------------------------------------------------------


def tidy(
    table: pl.DataFrame,
    numbers: list[str],
    written: dict[str, str],
    dates: dict[str, str],
    texts: list[str],
    features: dict[str, list[str]],
    missing: list[str],
    max_unreadable: float,
) -> pl.DataFrame:
    """The columns in use, typed and validated, each date beside its calendar features.

    Raises:
        ValueError: a column is absent, or too many of its cells do not parse.
    """
    typed = clean(table, numbers, written, dates, texts, missing, max_unreadable)
    return calendar(typed, features)
