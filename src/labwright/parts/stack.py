"""Tables of equal columns as one."""

import polars as pl


def stack(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """Tables one below the other, in the column order of the first.

    Where a column is typed differently from file to file, all cells become text.
    """
    names = tables[0].columns
    aligned = [pl.DataFrame({name: table[name] for name in names}) for table in tables]
    try:
        return pl.concat(aligned, how="vertical_relaxed")
    except pl.exceptions.SchemaError:
        texts = [
            t.with_columns((~pl.selectors.nested()).cast(pl.String)) for t in aligned
        ]
        return pl.concat(texts, how="vertical_relaxed")
