"""The data as one table: those in data/raw read and joined, and columns made.

What the rows are stands in dataloader.py, what comes beside them in joins.py, what is
made of both in made.py; here is only how.
"""

from pathlib import Path
from typing import Any

import polars as pl

# isort: split
from fetch import readable
from joins import join, join_new
from made import make, make_new
from tables import read_table, read_tables

READER: str = "read_csv"  # of the tables in dataloader.py
RAW = Path(__file__).resolve().parent / "data" / "raw"

# ---- from files to a table -----------------------------------------------------------


def read_file(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """New rows of one file, with what belongs to them and is made of it."""
    return make_new(join_new(read_table(path, READER, reading), RAW))


def read_new(folder: Path, path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """New rows of a file, which may be a member of an archive in data/raw."""
    if path.resolve().is_relative_to(folder):
        name = path.resolve().relative_to(folder).as_posix()
        (path,) = readable(folder, [name])
    return read_file(path, reading)


def read(folder: Path, tables: list[str], reading: dict[str, Any]) -> pl.DataFrame:
    """The rows to learn from; "(file)" says which of the tables a row came from."""
    return make(join(read_tables(folder, tables, READER, reading), folder))
