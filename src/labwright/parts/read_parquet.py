"""Read Parquet."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from labwright.parts.flatten import flat_columns
from labwright.parts.partitions import add_partitions


def read_parquet(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """The columns in their own types; categories as text, objects as `outer.inner`.

    Numbers that stand for labels, alone or in lists, become their names where the file
    says them, as Hugging Face writes it; -1 stands for no label and becomes null.

    Args:
        path: Of the file.
        reading: "hive" (keys of its folders that become columns), optional.
    """
    table = pl.read_parquet(path, glob=False, hive_partitioning=False)
    for column, names in stored_label_names(path).items():
        table = table.with_columns(named_labels(table, column, names))
    return add_partitions(flat_columns(table), path, reading.get("hive", []))


def stored_label_names(path: Path) -> dict[str, list[str]]:
    """The names of the labels of each column, from what Hugging Face adds to a file."""
    added = pl.read_parquet_metadata(path).get("huggingface", "{}")
    try:
        features = json.loads(added)["info"]["features"].items()
    except (ValueError, LookupError, TypeError, AttributeError):
        return {}  # another program's words, or none
    found = {}
    for column, feature in features:
        inner = feature.get("feature", feature) if isinstance(feature, dict) else {}
        if isinstance(inner, dict) and inner.get("_type") == "ClassLabel":
            names = inner.get("names")
            found[column] = list(map(str, names)) if isinstance(names, list) else []
    return found


def named_labels(table: pl.DataFrame, column: str, names: list[str]) -> pl.Expr:
    """A column of whole numbers, or of lists of them, as the names they stand for."""
    dtype, cells = table.schema[column], pl.selectors.by_name(column).as_expr()
    listed = isinstance(dtype, pl.List)
    one = pl.element() if listed else cells
    named = one.replace_strict(
        range(len(names)), names, default=None, return_dtype=pl.String
    )
    inner = dtype.inner if isinstance(dtype, pl.List) else dtype
    if not (names and isinstance(inner, pl.DataType) and inner.is_integer()):
        return cells
    return cells.list.eval(named) if listed else named
