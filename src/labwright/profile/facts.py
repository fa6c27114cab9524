"""Facts measured on the data, as plain data. No decision in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from labwright.acquire.acquired import Acquired, TableFile

Kind = Literal[
    "number",
    "category",
    "boolean",
    "date",
    "text",
    "identifier",
    "constant",
    "list",
    "path",
    "series",
    "tokens",
    "media",
]
# Kinds whose cells hold several values; "media" are files, of images or sounds.
LISTS = ("list", "series", "tokens", "media")


@dataclass(frozen=True)
class Column:
    """What was measured on one column, over all rows.

    `missing` and `unreadable` count rows; `distinct` counts values, missing ones aside. A
    figure that has no meaning for the column is None.
    """

    name: str
    dtype: str  # as stored, before cleaning: "String", "Int64", …
    kind: Kind
    why: str  # the measured reason for the kind: "2 distinct values: no, yes"
    rows: int
    missing: int
    distinct: int
    # numbers; for dates low and high are ISO strings
    low: float | str | None = None
    high: float | str | None = None
    mean: float | None = None
    median: float | None = None
    skew: float | None = None
    whole: bool | None = None  # every number is an integer
    # how the cells are written
    decimal: str | None = None  # "." or ",": numbers written with signs or separators
    date_format: str | None = None  # chrono format, "%d/%m/%Y"
    ambiguous_date: bool = False  # day and month could be swapped in every cell
    unreadable: int = 0  # cells that are neither missing nor of the kind
    leading_zeros: bool = False  # codes that only look like numbers: 02139
    # text
    mean_length: float | None = None  # characters
    # The most frequent values as (value, rows), at most 256, most frequent first, spelled
    # as `clean` gives them among its texts: "1.0" where the file says so. Of categories,
    # booleans, texts and repeated identifiers with at most 10,000 values, and of whole
    # numbers with at most 256; else empty.
    values: tuple[tuple[str, int], ...] = ()

    @property
    def missing_share(self) -> float:
        """Share of rows without a value, 0 to 1."""
        return self.missing / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class TableProfile:
    """Facts of one table: one file, or several files of equal columns stacked.

    `table` is the cleaned table itself, all columns in their original order: numbers as
    Float64, dates as Datetime("us"), series as List(Float64), tokens as List(String),
    everything else as trimmed text with null for missing (other lists, structs and bytes
    stay as they are). A boolean is a number where it is written
    as 0 and 1 and text otherwise; an identifier is text even if it is digits. The plan
    measures on it what depends on the split.
    """

    files: tuple[TableFile, ...]
    rows: int
    equal_rows: int  # that equal an earlier row but for identifiers that never repeat
    columns: Mapping[str, Column]
    missing_spellings: tuple[
        str, ...
    ]  # those found in text cells, besides the empty one
    table: pl.DataFrame = field(repr=False, compare=False)
    file_rows: tuple[int, ...] = ()
    repeats: int = 0  # rows that equal one of an earlier file
    mirrors: tuple[tuple[str, str], ...] = ()  # a file left out, and that with its rows
    headers: int = 0  # lines that repeat the header of their file, and are no rows


@dataclass(frozen=True)
class Profile:
    """Facts of everything that was acquired."""

    acquired: Acquired
    tables: tuple[TableProfile, ...]
