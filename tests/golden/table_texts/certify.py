"""What a reader needs to trust the figures: how the rows were dealt, provably.

Written into results.json by train.py; nothing here needs editing.
"""

import hashlib
from typing import Any

import numpy as np
import polars as pl

# isort: split
from dataloader import SPLIT_COLUMN, TARGETS, Rows
from evaluate import SPLIT_RULE

# ---- certificate ---------------------------------------------------------------------


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


# ---- certificate ---------------------------------------------------------------------


def certificate(parts: dict[str, Rows], test_looks: int) -> dict[str, Any]:
    """How the rows were dealt, provably: the part "split" of results.json."""
    train = parts["train"]
    tables = {name: rows.table for name, rows in parts.items()}
    columns = [*train.columns, *TARGETS]
    others = [table for name, table in tables.items() if name != "train"]
    overlap = {"equal_rows": rows_also_in_train(tables["train"], others, columns)}
    if SPLIT_RULE == "group" and SPLIT_COLUMN:
        overlap["groups"] = values_in_two_parts(list(tables.values()), SPLIT_COLUMN)
    return {
        "rule": SPLIT_RULE,
        "column": SPLIT_COLUMN,
        "rows": {name: len(rows) for name, rows in parts.items()},
        "hashes": {name: hash_of_rows(rows.ids) for name, rows in parts.items()},
        "overlap": overlap,
        "test_looks": test_looks,
    }
