"""Every table by the reader of its format."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from labwright.parts.read_csv import read_csv
from labwright.parts.stack import stack
from labwright.recipes.shared.fetch import readable

# ---- tables --------------------------------------------------------------------------


def read_table(path: Path, reader: str, reading: dict[str, Any]) -> pl.DataFrame:
    """One table as its file has it."""
    return READERS[reader](path, reading)


def read_tables(
    folder: Path, tables: list[str], reader: str, reading: dict[str, Any]
) -> pl.DataFrame:
    """Tables one below the other; "(file)" says which of them a row came from."""
    parts = [
        read_table(path, reader, reading).with_columns(pl.lit(name).alias("(file)"))
        for name, path in zip(tables, readable(folder, tables), strict=True)
    ]
    return stack(parts)


Reader = Callable[[Path, dict[str, Any]], pl.DataFrame]
READERS: dict[str, Reader] = {"read_csv": read_csv}
