"""Read JSON: a list of records, or columns by name."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from labwright.parts.flatten import flat_columns


def read_json(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """The values in their own types, null where a record lacks a key.

    Objects become columns `outer.inner`; a column of several types becomes text.

    Args:
        path: Of the file.
        reading: "records" (keys that lead to the table, outermost first) and "columns"
            (names, where records are lists of cells), both optional.

    Raises:
        ValueError: a record is no object, or no list where the columns have names; a
            column has lists or objects beside cells of another type.
    """
    content = json.loads(path.read_bytes())
    for key in reading.get("records", []):
        content = content[key]
    if isinstance(content, dict):  # for each column a list, or cells by row name
        content = {
            name: list(cells.values()) if isinstance(cells, dict) else cells
            for name, cells in content.items()
        }
    columns = reading.get("columns")
    kind = list if columns else dict
    records = content if isinstance(content, list) else []
    other = next((n for n, r in enumerate(records) if not isinstance(r, kind)), None)
    if other is not None:
        raise ValueError(
            f"{path}: expected every record to be like the first, found "
            f"{json.dumps(records[other])[:60]} as record {other + 1}. Remove it."
        )
    try:
        table = pl.DataFrame(
            content,
            schema=columns,
            orient="row" if columns else None,
            infer_schema_length=None,
            strict=False,
        )
    except TypeError as error:  # in lists polars does not make texts of numbers
        raise ValueError(
            f"{path}: expected lists of values of one type, found others beside them "
            f"({str(error).splitlines()[0]}). Make them alike."
        ) from error
    if mixed := [name for name, kind in table.schema.items() if kind == pl.Object]:
        raise ValueError(
            f"{path}: expected cells of one type in {mixed[0]!r}, found lists or objects "
            "beside others. Make them alike."
        )
    return flat_columns(table)
