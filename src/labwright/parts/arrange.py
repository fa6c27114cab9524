"""Tables of series as one row a series, with a list of numbers for each channel.

Three forms with the same function: `channels` are the columns that make each channel,
`keys` those that say which series, and which step, a row is.
"""

import polars as pl

from labwright.parts.lists import number_lists


def arrange_lists(
    table: pl.DataFrame, channels: dict[str, list[str]], keys: list[str]
) -> pl.DataFrame:
    """A row is a series already; each channel is one column of lists."""
    lists = {name: number_lists(table[name]) for name in channels}
    return pl.DataFrame({name: lists.get(name, table[name]) for name in table.columns})


def arrange_wide(
    table: pl.DataFrame, channels: dict[str, list[str]], keys: list[str]
) -> pl.DataFrame:
    """A row is a series, with a column of numbers for each step of each channel."""
    steps = {name for columns in channels.values() for name in columns}
    kept = {name: table[name] for name in table.columns if name not in steps}
    lists = {
        name: table.select(pl.concat_list(pl.selectors.by_name(columns))).to_series()
        for name, columns in channels.items()
    }
    return pl.DataFrame(kept | lists)


def arrange_long(
    table: pl.DataFrame, channels: dict[str, list[str]], keys: list[str]
) -> pl.DataFrame:
    """A row is a step: `keys` are the series and, if there is one, the column of time.

    Series stand in the order of their first rows, their steps in the order of time.
    Every other column keeps its first value of the series. Rows that name no series are
    left out.
    """
    series, *time = keys
    names = {name: f"{i}" for i, name in enumerate(table.columns)}  # never patterns
    plain = pl.DataFrame({names[name]: table[name] for name in table.columns})
    plain = plain.filter(pl.col(names[series]).is_not_null())
    if time:
        plain = plain.with_columns(
            pl.col(names[name]).sort_by(names[time[0]]).over(names[series])
            for name in channels
        )
    others = [name for name in table.columns if name not in (*channels, *keys)]
    rows = plain.group_by(names[series], maintain_order=True).agg(
        *(pl.col(names[name]) for name in channels),
        *(pl.col(names[name]).drop_nulls().first() for name in others),
    )
    return pl.DataFrame(
        {name: rows[names[name]] for name in (series, *others, *channels)}
    )
