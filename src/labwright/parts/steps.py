"""Moments as whole numbers of even steps, and back: alternatives for how time goes on.

Seconds and counters advance evenly; months, quarters and years as the calendar has them;
working days leave out Saturdays and Sundays. A moment is seconds since 1970, or a count.
"""

import numpy as np
import polars as pl

MONTHS_BEFORE = 1970 * 12  # of year 0, to the origin of moments


def even_steps(moments: np.ndarray, step: float, origin: float) -> np.ndarray:
    """The nearest step of each moment, int64 (N,); `step` and `origin` in its unit."""
    return np.rint((moments - origin) / step).astype(np.int64)


def even_moments(steps: np.ndarray, step: float, origin: float) -> np.ndarray:
    """When the steps are, float64 (N,)."""
    moments: np.ndarray = origin + steps * step
    return moments


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


def weekday_steps(moments: np.ndarray, step: float, origin: float) -> np.ndarray:
    """Working days between the origin and each moment, int64 (N,)."""
    start, days = as_datetime(np.array([origin])), as_datetime(moments)
    counted = np.busday_count(
        start.astype("datetime64[D]"), days.astype("datetime64[D]")
    )
    return np.asarray(counted, dtype=np.int64)


def weekday_moments(steps: np.ndarray, step: float, origin: float) -> np.ndarray:
    """Midnight of each working day, float64 (N,)."""
    start = as_datetime(np.array([origin])).astype("datetime64[D]")
    days = np.busday_offset(start, steps, roll="forward")
    return days.astype("datetime64[s]").astype(np.float64)


def as_datetime(moments: np.ndarray) -> np.ndarray:
    """Seconds since 1970 as datetime64[us] (N,)."""
    return np.rint(moments * 1e6).astype(np.int64).astype("datetime64[us]")


def dates_of_moments(moments: np.ndarray) -> pl.Series:
    """As people read them: dates and times, in UTC."""
    return pl.Series("time", as_datetime(moments))


def numbers_of_moments(moments: np.ndarray) -> pl.Series:
    """As people read them: whole numbers where they are, else numbers."""
    numbers = pl.Series("time", moments)
    return numbers.cast(pl.Int64) if (numbers == numbers.round()).all() else numbers
