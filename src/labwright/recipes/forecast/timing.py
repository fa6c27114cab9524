"""When rows were, as numbers of even steps, and as people read it.

Which columns say so stands in dataloader.py; here is only how they are read.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from labwright.parts.moments import moment_of_parts
from labwright.parts.steps import dates_of_moments, month_moments, month_steps

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
