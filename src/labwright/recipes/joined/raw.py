"""The data as one table: the tables in data/raw, read, stacked and joined.

What the rows are stands in dataloader.py, what comes beside them in joins.py; here is
only how.
"""

from pathlib import Path
from typing import Any

import polars as pl

from labwright.recipes.joined.joins import join, join_new
from labwright.recipes.joined.tables import read_table, read_tables
from labwright.recipes.shared.fetch import readable

READER: str = "read_csv"  # of the tables in dataloader.py
RAW = Path(__file__).resolve().parent / "data" / "raw"

# ---- from files to a table -----------------------------------------------------------


def read_file(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """New rows of one file, with what belongs to them."""
    return join_new(read_table(path, READER, reading), RAW)


def read_new(folder: Path, path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """New rows of a file, which may be a member of an archive in data/raw."""
    if path.resolve().is_relative_to(folder):
        name = path.resolve().relative_to(folder).as_posix()
        (path,) = readable(folder, [name])
    return read_file(path, reading)


def read(folder: Path, tables: list[str], reading: dict[str, Any]) -> pl.DataFrame:
    """The rows to learn from; "(file)" says which of the tables a row came from."""
    return join(read_tables(folder, tables, READER, reading), folder)
