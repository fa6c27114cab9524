"""Nested columns as plain ones."""

import hashlib

import polars as pl


def flat_columns(table: pl.DataFrame) -> pl.DataFrame:
    """Objects as columns of their own, `outer.inner`; lists of objects as JSON text.

    Lists of plain values stay lists. Categories become text. Files that a table holds
    become objects of `bytes` and `path`, as Hugging Face stores images and sounds, and
    get a column `name.sha256` of what they hold.
    """
    table = with_fingerprints(table)
    while structs := [c.name for c in table.iter_columns() if is_object(c.dtype)]:
        table = table.unnest(structs, separator=".")
    for name, dtype in table.schema.items():
        if isinstance(dtype, pl.Enum | pl.Categorical):
            table = table.with_columns(pl.col(name).cast(pl.String))
        elif isinstance(dtype, pl.List | pl.Array) and dtype.inner == pl.Struct:
            texts = pl.element().struct.json_encode()
            joined = pl.col(name).cast(pl.List(dtype.inner)).list.eval(texts)
            table = table.with_columns(
                pl.format("[{}]", joined.list.join(",")).alias(name)
            )
        elif isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.Enum):
            table = table.with_columns(pl.col(name).cast(pl.List(pl.String)))
    return table


def is_object(dtype: pl.DataType) -> bool:
    return isinstance(dtype, pl.Struct) and not holds_files(dtype)


def holds_files(dtype: pl.DataType) -> bool:
    """Whether a cell is a file's bytes, with or without its path."""
    if not isinstance(dtype, pl.Struct):
        return dtype == pl.Binary
    types = dict(dtype.to_schema())
    return types.keys() == {"bytes", "path"} and types["bytes"] == pl.Binary


def with_fingerprints(table: pl.DataFrame) -> pl.DataFrame:
    """Behind each column of files the sha256 of each, null where there is none."""
    columns: list[pl.Series] = []
    for column in table.iter_columns():
        if holds_files(column.dtype):
            if column.dtype == pl.Binary:
                path = pl.lit(None, pl.String).alias("path")
                both = pl.struct(pl.col(column.name).alias("bytes"), path)
                column = table.select(both.alias(column.name)).to_series()
            columns.append(column)
            fingerprints = [
                None if content is None else hashlib.sha256(content).hexdigest()
                for content in column.struct["bytes"]
            ]
            column = pl.Series(f"{column.name}.sha256", fingerprints, dtype=pl.String)
        columns.append(column)
    return pl.DataFrame(columns)
