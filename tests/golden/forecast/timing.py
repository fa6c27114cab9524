"""When rows were, as numbers of even steps, and as people read it.

Which columns say so stands in dataloader.py; here is only how they are read.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

# ---- moments -------------------------------------------------------------------------


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


# ---- steps ---------------------------------------------------------------------------


def month_steps(moments: np.ndarray, step: float, origin: float) -> np.ndarray:
    """Which stretch of `step` months each moment is in, int64 (N,)."""
    months = as_datetime(moments).astype("datetime64[M]").astype(np.int64)
    start = as_datetime(np.array([origin])).astype("datetime64[M]").astype(np.int64)
    steps: np.ndarray = (months - start) // int(step)
    return steps


def month_moments(steps: np.ndarray, step: float, origin: float) -> np.ndarray:
    """The first moment of each stretch of months, float64 (N,)."""
    start = as_datetime(np.array([origin])).astype("datetime64[M]").astype(np.int64)
    months = (start + steps * int(step)).astype("datetime64[M]")
    moments: np.ndarray = months.astype("datetime64[s]").astype(np.float64)
    return moments


def as_datetime(moments: np.ndarray) -> np.ndarray:
    """Seconds since 1970 as datetime64[us] (N,)."""
    return np.rint(moments * 1e6).astype(np.int64).astype("datetime64[us]")


def dates_of_moments(moments: np.ndarray) -> pl.Series:
    """As people read them: dates and times, in UTC."""
    return pl.Series("time", as_datetime(moments))


# ---- steps ---------------------------------------------------------------------------


class Clock(NamedTuple):
    """How time is read and counted, as dataloader.py has it."""

    series: list[str]  # columns that tell series apart
    time: dict[str, str]  # columns that say when, by what they hold
    step: float  # from one step to the next, in the unit of moments, or in months
    origin: float  # the moment of step 0
    season: int  # steps
    waves: dict[str, tuple[float, int]]  # periods of the calendar and their harmonics


def steps_of(table: pl.DataFrame, clock: Clock) -> np.ndarray:
    """The number of each row's step, float64 (N,); NaN where no time is given."""
    moments = moment_of_parts(table, clock.time, clock.series)
    known = moments.is_not_null().to_numpy()
    steps = np.full(len(table), np.nan)
    given = moments.drop_nulls().to_numpy()
    steps[known] = month_steps(given, clock.step, clock.origin)
    return steps


def moments_of(steps: np.ndarray, clock: Clock) -> np.ndarray:
    """When steps are, float64 (N,): seconds since 1970, or a count."""
    return month_moments(steps, clock.step, clock.origin)


def written(steps: np.ndarray, clock: Clock) -> pl.Series:
    """When steps are, as people read it."""
    return dates_of_moments(moments_of(steps, clock))
