"""Columns made of others, and the rows in use, by SQL expressions of one row each."""

import polars as pl


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
