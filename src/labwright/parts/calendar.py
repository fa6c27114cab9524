"""Dates as numbers that a model can use."""

import polars as pl


def calendar(table: pl.DataFrame, wanted: dict[str, list[str]]) -> pl.DataFrame:
    """The features wanted of each date column beside it, named "column.feature".

    year, month 1-12, day 1-31, weekday 1-7 from Monday, hour 0-23, minute 0-59, and
    elapsed: days since 1970-01-01.
    """
    features = []
    for name, wants in wanted.items():
        date = table[name].alias("date").dt
        every = {
            "year": date.year(),
            "month": date.month(),
            "day": date.day(),
            "weekday": date.weekday(),
            "hour": date.hour(),
            "minute": date.minute(),
            "elapsed": date.timestamp("ms") / 86_400_000,
        }
        features += [every[w].cast(pl.Float64).alias(f"{name}.{w}") for w in wants]
    return table.with_columns(features)
