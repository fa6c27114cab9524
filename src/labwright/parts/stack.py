"""Tables of equal columns as one."""

import polars as pl


def stack(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """Tables one below the other, in the column order of the first.

    A column that is numbers in one file and something else in another becomes text.
    """
    names = tables[0].columns
    schemas = [table.schema for table in tables]
    types = {name: {schema[name] for schema in schemas} for name in names}
    mixed = [
        name
        for name in names
        if len(types[name]) > 1 and not all(t.is_numeric() for t in types[name])
    ]
    columns = [
        {n: t[n].cast(pl.String) if n in mixed else t[n] for n in names} for t in tables
    ]
    return pl.concat([pl.DataFrame(c) for c in columns], how="vertical_relaxed")
