"""Read JSON Lines: an object a line."""

from pathlib import Path
from typing import Any

import polars as pl

from labwright.parts.flatten import flat_columns
from labwright.parts.partitions import add_partitions


def read_jsonl(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """The values in their own types, null where a line lacks a key.

    Objects become columns `outer.inner`; a column of several types becomes text.

    Args:
        path: Of the file.
        reading: "hive" (keys of its folders that become columns), optional.
    """
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    table = pl.read_ndjson(content, infer_schema_length=None)
    return add_partitions(flat_columns(table), path, reading.get("hive", []))
