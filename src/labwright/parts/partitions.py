"""Columns that a hive-partitioned folder keeps in its paths: year=2024/part-0.parquet."""

from pathlib import Path
from urllib.parse import unquote

import polars as pl


def add_partitions(table: pl.DataFrame, path: Path, keys: list[str]) -> pl.DataFrame:
    """`table` with a text column for each of `keys`, read from the folders of `path`."""
    found = dict(part.split("=", 1) for part in path.parts if "=" in part)
    values = {key: unquote(found[key]) for key in keys}
    return table.with_columns(
        pl.lit(
            None if value == "__HIVE_DEFAULT_PARTITION__" else value, pl.String
        ).alias(key)
        for key, value in values.items()
    )
