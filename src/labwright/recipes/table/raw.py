"""The data as their source has them: fetched once into data/raw, and read.

What is read stands in dataloader.py; here is only how.
"""

from pathlib import Path
from typing import Any

import polars as pl

from labwright.parts.fetch_local import fetch_local
from labwright.parts.read_csv import read_csv
from labwright.parts.stack import stack
from labwright.parts.unpack import keep_files

# ---- from the source to a table ------------------------------------------------------


def fetch(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Bring `files` below `folder`, unless they are there, and verify each sha256."""
    fetch_local(source, revision, files, folder, max_bytes)


def read_file(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """One table as its file has it."""
    return read_csv(path, reading)


def read(folder: Path, tables: list[str], reading: dict[str, Any]) -> pl.DataFrame:
    """The tables one below the other; "(file)" says which of them a row came from."""
    paths = keep_files(folder, tables)
    parts = [
        read_file(path, reading).with_columns(pl.lit(name).alias("(file)"))
        for name, path in zip(tables, paths, strict=True)
    ]
    return stack(parts)
