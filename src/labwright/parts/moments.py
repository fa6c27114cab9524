"""When a row was, as one number a row: alternatives for how a table says it.

With dates that is seconds since 1970 in UTC, else what a column counts, or the row's place
in its series. `time` names the columns by what they hold: {"date": "day_of_sale"},
{"year": "yr", "month": "mon"}, {"number": "t"}, or {} where rows follow each other.
"""

import polars as pl


def moment_of_date(
    table: pl.DataFrame, time: dict[str, str], series: list[str]
) -> pl.Series:
    """Of a column of dates, and perhaps one of hours or minutes beside, Float64 (N,)."""
    date = table[time["date"]].alias("moment")
    moment = date.dt.timestamp("us").cast(pl.Float64) / 1e6
    for unit, seconds in (("hour", 3_600), ("minute", 60)):
        if unit in time:
            moment += table[time[unit]].alias("part").cast(pl.Float64) * seconds
    return moment


def moment_of_parts(
    table: pl.DataFrame, time: dict[str, str], series: list[str]
) -> pl.Series:
    """Of columns with year, quarter, month, day, hour or minute, Float64 (N,).

    What is not given is the first: 1 January, 0 o'clock. Null where there is no such day.
    """
    first = {"year": 1970, "quarter": 1, "month": 1, "day": 1, "hour": 0, "minute": 0}
    wanted = [
        table[time[unit]].alias(unit).cast(pl.Int64, strict=False)
        if unit in time
        else pl.Series(unit, [start] * len(table), dtype=pl.Int64)
        for unit, start in first.items()
    ]
    parts = pl.DataFrame(wanted)
    month = (pl.col("quarter") - 1) * 3 + pl.col("month")
    text = pl.format("{}-{}-{}", "year", month, "day")
    day = text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
    since = day.dt.timestamp("us").cast(pl.Float64) / 1e6
    moment = since + pl.col("hour") * 3_600 + pl.col("minute") * 60
    return parts.select(moment.alias("moment")).to_series()


def moment_of_number(
    table: pl.DataFrame, time: dict[str, str], series: list[str]
) -> pl.Series:
    """Of a column that counts, Float64 (N,)."""
    return table[time["number"]].alias("moment").cast(pl.Float64)


def moment_of_place(
    table: pl.DataFrame, time: dict[str, str], series: list[str]
) -> pl.Series:
    """Rows follow each other evenly: 0, 1, 2 … in each series, Float64 (N,)."""
    if not series:
        return pl.Series("moment", range(len(table)), dtype=pl.Float64)
    by = [table[name].alias(f"key{i}") for i, name in enumerate(series)]
    place = pl.int_range(pl.len()).over([key.name for key in by])
    return pl.DataFrame(by).select(place.cast(pl.Float64).alias("moment")).to_series()
