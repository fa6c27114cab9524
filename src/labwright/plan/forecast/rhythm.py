"""How time goes on from row to row, and after how many steps values come again.

The step is the usual distance of neighbouring moments: months, quarters and years as the
calendar has them, working days where there are no Saturdays and Sundays, else seconds or
counts. Seasons are those that fit the step (a day, a week, a year), as far as training
values agree with those a season before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from labwright.plan.forecast.horizon import DAY, UNITS, said_horizon, text_of
from labwright.plan.forecast.times import Timing
from labwright.plan.say import count
from labwright.task.model import Task

YEAR = UNITS["year"]
CALENDAR_STEPS = {1: "month", 3: "quarter", 6: "half year", 12: "year"}
AGREES = 0.1  # correlation with the value a season before, both less their level
FOUND = 0.3  # the same where nothing but the values speaks for a season
ROUNDING = 1e-12  # deviation of values in units of their largest that says nothing
LONGEST = 400  # steps of a season that is looked for in values alone
SHARE = 3  # a season is at most this part of the training steps of the usual series
SAID = {  # words for the distance of rows
    r"quarter[- ]?hour\w*|15[- ]minut\w+": 900.0,
    r"half[- ]?hour\w*|30[- ]minut\w+": 1_800.0,
    r"10[- ]minut\w+": 600.0,
    r"5[- ]minut\w+": 300.0,
    r"minutely|(?:each|every|per) minute": 60.0,
    r"hourly|(?:each|every|per) hour": 3_600.0,
    r"daily|(?:each|every|per) day": DAY,
    r"weekly|(?:each|every|per) week": 7 * DAY,
    r"monthly|(?:each|every|per) month": UNITS["month"],
    r"quarterly|(?:each|every|per) quarter": UNITS["quarter"],
    r"yearly|annual\w*|(?:each|every|per) year": YEAR,
}


@dataclass(frozen=True)
class Step:
    """From one step to the next.

    Attributes:
        how: "even", "month" or "weekday": the part that counts.
        size: In seconds or counts, or in months; 1 working day.
        origin: The moment of step 0.
        seconds: Its length, about; None where only a counter says when.
        reason: In words.
    """

    how: str
    size: float
    origin: float
    seconds: float | None
    reason: str


def find_step(task: Task, timing: Timing, series: np.ndarray) -> Step:
    """The usual step of the moments; `series` numbers the series of each row."""
    moments = timing.moments.to_numpy().astype(np.float64)
    known = ~np.isnan(moments)
    origin = float(moments[known].min())
    if timing.how == "moment_of_place":
        seconds, why = said_step(task)
        return Step("even", 1.0, 0.0, seconds, why)
    order = np.lexsort((moments[known], series[known]))
    one, times = series[known][order], moments[known][order]
    apart = np.diff(times)[(np.diff(one) == 0) & (np.diff(times) > 0)]
    usual = _most_frequent(apart) if len(apart) else 1.0
    if not timing.dated:
        seconds = YEAR * usual if _is_year(times) and usual < 1 else None
        return Step(
            "even", usual, origin, seconds, f"`{_only(timing)}` grows by {usual:g}"
        )
    days = usual / DAY
    for months, name in CALENDAR_STEPS.items():
        if 28 * months <= days <= 31 * months + months // 12 * 6:
            why = f"moments are usually {days:g} days apart: a {name}"
            return Step("month", float(months), origin, months * UNITS["month"], why)
    if days == 1 and _no_weekends(times):
        why = "moments are a day apart, and none is on a weekend: working days"
        return Step("weekday", 1.0, origin, DAY, why)
    return Step(
        "even", usual, origin, usual, f"moments are usually {_span(usual)} apart"
    )


def said_step(task: Task) -> tuple[float | None, str]:
    """The distance of rows in seconds, as the words have it, and why."""
    said = said_horizon(task)
    for text in text_of(task):
        for pattern, seconds in SAID.items():
            if found := re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
                return seconds, f"the task's words: '{found[0]}'"
    if said is not None and said.seconds is not None:
        return said.seconds, f"the task's words: '{said.words}'"
    return None, "rows follow each other, and nothing says how far apart they are"


def _most_frequent(apart: np.ndarray) -> float:
    """The distance that occurs most often; of equal ones the shortest."""
    rounded = np.round(apart, 6)
    values, counts = np.unique(rounded, return_counts=True)
    if counts.max() < 0.2 * counts.sum():  # none stands out: measured at odd times
        return float(np.median(apart))
    return float(values[counts.argmax()])


def _is_year(times: np.ndarray) -> bool:
    return bool(times.min() > 1500 and times.max() < 2300)


def _only(timing: Timing) -> str:
    return next(iter(timing.columns.values()))


def _no_weekends(times: np.ndarray) -> bool:
    weekday = (np.floor(times / DAY) + 3) % 7  # 1970-01-01 was a Thursday
    return float((weekday >= 5).mean()) < 0.01


def _span(seconds: float) -> str:
    for name in ("week", "day", "hour", "minute"):
        if seconds % UNITS[name] == 0:
            return count(int(seconds // UNITS[name]), name)
    return f"{seconds:g} seconds"


# ---- seasons


@dataclass(frozen=True)
class Rhythm:
    """Seasons in steps, the shortest first, ([1]: none); calendar waves; and why."""

    seasons: list[int]
    waves: dict[str, tuple[float, int]]
    reason: str


def find_rhythm(step: Step, dated: bool, series: Sequence[np.ndarray]) -> Rhythm:
    """Seasons that fit the step and that training values confirm.

    Args:
        step: The step.
        dated: Whether moments are seconds since 1970.
        series: Training values of each series on even steps, NaN in gaps.
    """
    total = max((len(values) for values in series), default=0)
    longest = total // SHARE
    usual = [m for m in usual_seasons(step) if m <= longest]
    measured = {m: agreement(series, m) for m in usual}
    kept = [m for m in usual if measured[m] >= AGREES][:2]
    if kept:
        shown = ", ".join(f"{m} steps {measured[m]:.2f}" for m in kept)
        why = f"correlation with the value a season before: {shown}"
        return Rhythm(kept, waves_of(step, dated, kept, total), why)
    if not usual:
        found = search_season(series, min(LONGEST, longest))
        if found is not None:
            season, figure = found
            why = f"values agree most with those {season} steps before ({figure:.2f})"
            return Rhythm([season], waves_of(step, dated, [season], total), why)
    shown = ", ".join(f"{m} steps {measured[m]:.2f}" for m in usual)
    why = f"no season shows in the training values ({shown or 'none looked for'})"
    return Rhythm([1], waves_of(step, dated, [], total), why)


def usual_seasons(step: Step) -> list[int]:
    """A day, a week and a year in steps, where these are whole and more than one."""
    if step.how == "weekday":
        return [5]
    if step.seconds is None:
        return []
    lengths = (
        (3_600.0, DAY, 7 * DAY, YEAR) if step.seconds < 60 else (DAY, 7 * DAY, YEAR)
    )
    found = []
    for length in lengths:
        steps = length / step.seconds
        near = round(steps)
        if (
            near > 1
            and abs(steps - near) <= 0.02 * near
            and step.seconds < length / 1.9
        ):
            if length == YEAR and step.seconds <= DAY:
                continue  # 365 steps and more: waves of the calendar stand for it
            found.append(near)
    return found


def waves_of(
    step: Step, dated: bool, seasons: Sequence[int], steps: int
) -> dict[str, tuple[float, int]]:
    """Periods of the calendar in the unit of moments, and harmonics for each.

    Those that training values, `steps` of them, have met twice: a year in less would only
    be a trend. Without dates, the seasons in steps.
    """
    if not dated:
        return {
            f"{season} steps": (season * step.size, 3 if i else 2)
            for i, season in enumerate(seasons)
            if season > 2
        }
    seconds = step.seconds or DAY
    periods = {"day": (DAY, 2), "week": (7 * DAY, 3), "year": (YEAR, 2)}
    return {
        name: (length, harmonics)
        for name, (length, harmonics) in periods.items()
        if length / seconds >= 2.5 and 2 * length / seconds <= steps
    }


def agreement(series: Sequence[np.ndarray], season: int) -> float:
    """Correlation of values with those a season before, both less their own level.

    The level is the mean of the season up to a value. The median over the series.
    """
    found = []
    for values in series[:: max(1, len(series) // 50)]:
        apart = level_free(in_units_of_largest(values), season)
        now, before = apart[season:], apart[:-season]
        both = ~np.isnan(now) & ~np.isnan(before)
        varied = (now[both].std(), before[both].std()) if both.sum() >= 10 else (0, 0)
        if min(varied) > ROUNDING:
            found.append(float(np.corrcoef(now[both], before[both])[0, 1]))
    return float(np.median(found)) if found else 0.0


def in_units_of_largest(values: np.ndarray) -> np.ndarray:
    """Values of which no sum overflows; a correlation is the same in all units."""
    largest = np.abs(values).max(initial=0, where=~np.isnan(values))
    return values / largest if largest > 0 else values


def level_free(values: np.ndarray, season: int) -> np.ndarray:
    """Values less the mean of the `season` values that end with them."""
    if season < 2 or len(values) <= season:
        return np.full(len(values), np.nan)
    known = ~np.isnan(values)
    sums = np.cumsum(np.concatenate([[0.0], np.where(known, values, 0.0)]))
    counts = np.cumsum(np.concatenate([[0], known]))
    level = np.full(len(values), np.nan)
    within = counts[season:] - counts[:-season]
    total = sums[season:] - sums[:-season]
    enough = within >= season / 2
    level[season - 1 :][enough] = total[enough] / within[enough]
    apart: np.ndarray = values - level
    return apart


def search_season(
    series: Sequence[np.ndarray], longest: int
) -> tuple[int, float] | None:
    """The lag of 2 steps or more whose values agree most, if they agree well."""
    best = None
    longest_series = max(series, key=len, default=np.zeros(0))
    for season in range(2, longest + 1):
        figure = agreement([longest_series], season)
        if figure >= FOUND and (best is None or figure > 1.02 * best[1]):
            best = (season, figure)
    return best
