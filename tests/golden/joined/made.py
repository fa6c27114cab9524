"""Columns made of others, and the rows to learn from, by expressions of polars' SQL.

The constants are yours to edit: what you change is prepared anew. A new column is used
once dataloader.py names it. Each expression looks at one row; one that looked across rows
would carry what test rows hold into training.
"""

import sys
from typing import Any

import polars as pl

# isort: split
from clean import tidy

# Columns to make; an expression can read the columns of those before it.
DERIVE: dict[str, str] = {
    "late": "arr_delay > 15",
    "hour": "EXTRACT(hour FROM time_hour)",
}
# Rows to learn from: all for which this is true.
WHERE: str = "true"
# The columns that these expressions read, and how their cells are written.
USED: dict[str, Any] = {
    "numbers": ["arr_delay"],
    "written": {},
    "dates": {"time_hour": "%Y-%m-%dT%H:%M:%S%#z"},
    "texts": [],
    "missing": [""],
    "max_unreadable": 0.01,
}

# ---- derive --------------------------------------------------------------------------


def derived_columns(typed: pl.DataFrame, derive: dict[str, str]) -> pl.DataFrame:
    """A column for each expression of `derive`, by its name.

    Args:
        typed: The columns that the expressions read, numbers and dates as such.
        derive: Expressions of polars' SQL. One can read the columns that those before it
            make; one whose columns are not all here makes none.
    """
    made = []
    for name, expression in derive.items():
        reads = pl.sql_expr(expression)
        if {*reads.meta.root_names()} <= {*typed.columns}:
            typed = typed.with_columns(reads.alias(name))
            made.append(name)
    return pl.DataFrame([typed[name] for name in made])


def rows_where(typed: pl.DataFrame, where: str) -> pl.Series:
    """For each row whether the expression `where` is true; without a value it is not."""
    holds = pl.sql_expr(where).fill_null(False).alias("holds")
    return typed.with_columns(holds)["holds"]


# ---- rows to learn from, and new ones ------------------------------------------------


def make(table: pl.DataFrame) -> pl.DataFrame:
    """The rows in WHERE, with the columns of DERIVE.

    Raises:
        ValueError: a column that the expressions read is absent or does not parse.
    """
    typed = tidy(table, features={}, **USED)
    made = derived_columns(typed, DERIVE)
    chosen = rows_where(typed.hstack(made), WHERE)
    return table.hstack(made).filter(chosen)


def make_new(table: pl.DataFrame) -> pl.DataFrame:
    """New rows, all of them, with those columns of DERIVE that can be made of theirs."""
    known: dict[str, Any] = {
        "numbers": [name for name in USED["numbers"] if name in table.columns],
        "dates": {n: form for n, form in USED["dates"].items() if n in table.columns},
        "texts": [name for name in USED["texts"] if name in table.columns],
    }
    typed = tidy(table, features={}, **(USED | known))
    typed = typed.hstack(derived_columns(typed, DERIVE))
    made = [name for name in DERIVE if name in typed.columns]
    if {*pl.sql_expr(WHERE).meta.root_names()} <= {*typed.columns}:
        outside = len(table) - int(rows_where(typed, WHERE).sum())
        if outside:
            print(
                f"{outside:,} of {len(table):,} rows are not of the kind that was "
                f"learned from: {WHERE}",
                file=sys.stderr,
            )
    return table.with_columns(typed[name] for name in made)
