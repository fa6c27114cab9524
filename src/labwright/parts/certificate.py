"""What proves that parts were kept apart: hashes of their rows, and counts of overlap."""

import hashlib

import numpy as np
import polars as pl


def hash_of_rows(ids: np.ndarray) -> str:
    """sha256 over the sorted row numbers of a part: two runs split alike if it is equal."""
    return hashlib.sha256(np.sort(ids).astype("<i8").tobytes()).hexdigest()


def rows_also_in_train(
    train: pl.DataFrame, others: list[pl.DataFrame], columns: list[str]
) -> int:
    """Rows of the other parts that equal a training row in all of `columns`."""
    # numbered, since polars takes some names as patterns
    first, *rest = (
        pl.DataFrame({str(i): table[name] for i, name in enumerate(columns)})
        for table in (train, *others)
    )
    known, on = first.unique(), first.columns
    return sum(r.join(known, on=on, how="semi", nulls_equal=True).height for r in rest)


def values_in_two_parts(parts: list[pl.DataFrame], column: str) -> int:
    """Values of a column, absent ones left out, that occur in more than one part."""
    each = pl.concat([part[column].alias("value").unique() for part in parts])
    return int((each.drop_nulls().value_counts()["count"] > 1).sum())
