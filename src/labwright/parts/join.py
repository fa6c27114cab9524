"""For each row of a table the row of another that belongs to it, and never two of them."""

from typing import Any

import polars as pl

from labwright.parts.clean import clean


def key_columns(
    table: pl.DataFrame, on: list[dict[str, Any]], side: str, missing: list[str]
) -> pl.DataFrame:
    """The columns of a key, typed and named "0", "1" … as the other table's.

    Args:
        table: The rows as they were read.
        on: For each column of the key: its name on either `side` ("left" is the table
            whose rows are kept, "right" the other), `type` ("text", "number" or "date"),
            under `written` how dates or numbers are written on each side, and under
            `grain` the span that dates are cut to ("1d"), or None.
        side: "left" or "right".
        missing: How the table spells a missing value.

    Raises:
        ValueError: a column is absent.
    """
    keys = {}
    for i, column in enumerate(on):
        name, written = column[side], column["written"][side]
        is_number, is_date = column["type"] == "number", column["type"] == "date"
        read = clean(
            table,
            numbers=[name] * is_number,
            written={name: written} if is_number and written else {},
            dates={name: written} if is_date else {},
            texts=[name] if column["type"] == "text" else [],
            missing=missing,
            max_unreadable=1.0,
        )[name]
        cut = column["grain"]
        keys[str(i)] = read.dt.truncate(cut) if is_date and cut else read
    return pl.DataFrame(keys)


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
