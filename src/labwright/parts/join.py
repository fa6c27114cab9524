"""For each row of a table the row of another that belongs to it, and never two of them."""

import polars as pl


def find_equal(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """For each row of `left` the number of the first row of `right` with equal keys.

    Null where there is none; a key with a missing value equals no other.
    """
    first = right.with_row_index("row").unique(right.columns, keep="first")
    found = left.join(first, on=left.columns, how="left", maintain_order="left")
    return found["row"]


def find_earlier(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """For each row of `left` the latest row of `right` whose time is earlier.

    The time is the last column of the key; all others must be equal. A row of the same
    time is not earlier: what it holds may not have been known yet.
    """
    *others, time = left.columns
    rows = right.with_row_index("row").drop_nulls(right.columns).sort(time, "row")
    asked = left.with_row_index("asked").drop_nulls(time).sort(time)
    found = asked.join_asof(
        rows,
        on=time,
        by=others or None,
        strategy="backward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    both = left.with_row_index("asked").join(
        found.select("asked", "row"), on="asked", how="left", maintain_order="left"
    )
    return both["row"]


def beside(
    table: pl.DataFrame, other: pl.DataFrame, rows: pl.Series, columns: dict[str, str]
) -> pl.DataFrame:
    """`table` with the columns of `other`, renamed, in the rows found for it."""
    taken = [other[name].gather(rows).alias(new) for name, new in columns.items()]
    return pl.DataFrame([*table.iter_columns(), *taken])


def repeats(keys: pl.DataFrame) -> int:
    """Rows whose key came before; those with a missing value in it are none."""
    known = keys.drop_nulls()
    return len(known) - known.n_unique() if len(known) else 0
