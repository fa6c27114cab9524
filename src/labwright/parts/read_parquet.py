"""Read Parquet."""

from pathlib import Path
from typing import Any

import polars as pl

from labwright.parts.flatten import flat_columns
from labwright.parts.partitions import add_partitions


def read_parquet(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """The columns in their own types; categories as text, objects as `outer.inner`.

    Args:
        path: Of the file.
        reading: "hive" (keys of its folders that become columns), optional.
    """
    table = pl.read_parquet(path, glob=False, hive_partitioning=False)
    return add_partitions(flat_columns(table), path, reading.get("hive", []))
