"""Nested columns as plain ones."""

import polars as pl


def flat_columns(table: pl.DataFrame) -> pl.DataFrame:
    """Objects as columns of their own, `outer.inner`; lists of objects as JSON text.

    Lists of plain values stay lists. Categories become text.
    """
    while structs := [c.name for c in table.iter_columns() if c.dtype == pl.Struct]:
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
