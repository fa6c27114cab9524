"""Tables whose columns come beside those of a row, by keys; never two rows for one.

The constants are yours to edit: what you change is prepared anew. A new column is used
once dataloader.py names it.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

# isort: split
from clean import tidy
from tables import read_tables

# One table after the other. `how` is "left" (every row stays), "inner" (rows to learn
# from that find none go) or "nearest_earlier" (the latest row before the time in the last
# column of `on`). `on` has the columns of the key in both tables, of `type` "text",
# "number" or "date": how these are written, and the `grain` that dates are cut to.
# `columns` are those that are taken, and their new names. At least the share `matched`
# of the rows must find one; at most the share `repeated` of the other table's rows may
# have a key that came before, of which the first counts.
JOINS: list[dict[str, Any]] = [
    {
        "tables": ["weather.csv"],
        "reader": "read_csv",
        "reading": {"separator": ",", "quote": '"', "encoding": "utf8"},
        "how": "left",
        "on": [
            {
                "left": "time_hour",
                "right": "time_hour",
                "type": "date",
                "grain": "1h",
                "written": {
                    "left": "%Y-%m-%dT%H:%M:%S%#z",
                    "right": "%Y-%m-%dT%H:%M:%S%#z",
                },
            },
            {
                "left": "origin",
                "right": "origin",
                "type": "text",
                "grain": None,
                "written": {"left": "", "right": ""},
            },
        ],
        "columns": {
            "temp": "temp",
            "dewp": "dewp",
            "humid": "humid",
            "wind_dir": "wind_dir",
            "wind_speed": "wind_speed",
            "wind_gust": "wind_gust",
            "precip": "precip",
            "pressure": "pressure",
            "visib": "visib",
        },
        "missing": {"left": [""], "right": [""]},
        "matched": 0.89,
        "repeated": 0.001,
    },
]

# ---- join ----------------------------------------------------------------------------


def find_equal(left: pl.DataFrame, right: pl.DataFrame) -> pl.Series:
    """For each row of `left` the number of the first row of `right` with equal keys.

    Null where there is none; a key with a missing value equals no other.
    """
    first = right.with_row_index("row").unique(right.columns, keep="first")
    found = left.join(first, on=left.columns, how="left", maintain_order="left")
    return found["row"]


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


# ---- rows to learn from, and new ones ------------------------------------------------


def join(table: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """The rows to learn from, with the columns of the other tables.

    Raises:
        ValueError: fewer rows find one, or more keys repeat, than JOINS allows.
    """
    for to in JOINS:
        other = read_other(folder, to)
        found = find(table, other, to)
        share = 1 - found.null_count() / max(1, len(table))
        if share < to["matched"]:
            raise ValueError(
                f"expected a row of {to['tables']} for {to['matched']:.1%} of the rows, "
                f"found one for {share:.1%}. Bring the rows that are absent, or lower "
                "`matched` in joins.py."
            )
        table = beside(table, other, found, to["columns"])
        table = table.filter(found.is_not_null() | (to["how"] != "inner"))
    return table


def join_new(table: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """New rows, all of them, with what the other tables have for them."""
    for to in JOINS:
        other = read_other(folder, to)
        absent = [key["left"] for key in to["on"] if key["left"] not in table.columns]
        if absent:
            raise ValueError(
                f"expected the columns {absent}, by which {to['tables']} is joined, "
                f"found {table.columns}. Add them to the new file."
            )
        found = find(table, other, to)
        if lost := found.null_count():
            print(
                f"{lost:,} of {len(table):,} rows have no row in {to['tables']}: taken "
                "as missing values",
                file=sys.stderr,
            )
        table = beside(table, other, found, to["columns"])
    return table


# ---- one table to another ------------------------------------------------------------


def read_other(folder: Path, to: dict[str, Any]) -> pl.DataFrame:
    """The other table as its files have it."""
    return read_tables(folder, to["tables"], to["reader"], to["reading"])


def find(table: pl.DataFrame, other: pl.DataFrame, to: dict[str, Any]) -> pl.Series:
    """For each row of `table` the number of the row of `other`, or null."""
    left = key_columns(table, to["on"], "left", to["missing"]["left"])
    right = key_columns(other, to["on"], "right", to["missing"]["right"])
    share = repeats(right) / max(1, len(other))
    if share > to["repeated"]:
        raise ValueError(
            f"expected a key of its own in each row of {to['tables']}, but for "
            f"{to['repeated']:.2%}; found {share:.2%} whose key came before. Mend the "
            "table, add a column to `on`, or raise `repeated` in joins.py."
        )
    return FINDERS[to["how"]](left, right)


def key_columns(
    table: pl.DataFrame, on: list[dict[str, Any]], side: str, missing: list[str]
) -> pl.DataFrame:
    """The columns of a key on one side, "left" or "right", typed and named "0", "1" …"""
    keys = {}
    for i, column in enumerate(on):
        name, written = column[side], column["written"][side]
        is_number, is_date = column["type"] == "number", column["type"] == "date"
        typed = tidy(
            table,
            numbers=[name] * is_number,
            written={name: written} if is_number and written else {},
            dates={name: written} if is_date else {},
            texts=[name] * (column["type"] == "text"),
            features={},
            missing=missing,
            max_unreadable=1.0,
        )[name]
        keys[str(i)] = typed.dt.truncate(column["grain"] or "1us") if is_date else typed
    return pl.DataFrame(keys)


Finder = Callable[[pl.DataFrame, pl.DataFrame], pl.Series]
FINDERS: dict[str, Finder] = {"left": find_equal}
