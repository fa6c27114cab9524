"""What a reader needs to trust the figures: how the rows were dealt, provably.

Written into results.json by train.py; nothing here needs editing.
"""

from typing import Any

from labwright.parts.certificate import (
    hash_of_rows,
    rows_also_in_train,
    values_in_two_parts,
)
from labwright.recipes.shared.evaluate import SPLIT_RULE
from labwright.recipes.table.dataloader import (
    SPLIT_COLUMN,
    TARGETS,
    Rows,
)

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
