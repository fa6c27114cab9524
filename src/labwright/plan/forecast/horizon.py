"""How many steps are to be forecast: the task's key, or its words.

"the next 48 half hours", "12 months ahead", "a horizon of 24 steps", "the coming week":
where the words count in another unit than the steps, as a week of daily values, the
horizon is the steps that it takes.
"""

import re
from dataclasses import dataclass

from labwright.errors import TaskError
from labwright.plan.say import count, line
from labwright.task.model import Task

DAY = 86_400.0
UNITS = {  # seconds; a month and a year on average
    "second": 1.0,
    "minute": 60.0,
    "quarter hour": 900.0,
    "half hour": 1_800.0,
    "hour": 3_600.0,
    "day": DAY,
    "week": 7 * DAY,
    "month": 365.2425 / 12 * DAY,
    "quarter": 365.2425 / 4 * DAY,
    "year": 365.2425 * DAY,
}
OF_STEPS = ("step", "value", "point", "period", "observation", "row", "measurement")
SMALL = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        start=1,
    )
} | {"a": 1, "an": 1, "eleven": 11, "twelve": 12, "half a": 0.5}
_UNIT = (
    r"(?P<unit>quarter[ -]hours?|half[ -]hours?|(?:time[ -]?)?steps?|seconds?|minutes?|"
    r"hours?|(?:business |working |trading )?days?|weeks?|months?|quarters?|years?|"
    r"values?|(?:data ?)?points?|periods?|observations?|rows?|measurements?)"
)
_NUMBER = rf"(?P<number>\d[\d,]*|{'|'.join(sorted(SMALL, key=len, reverse=True))})"
_COMING = r"(?:next|following|coming|subsequent|upcoming)"
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_COMING} {_NUMBER}[ -]{_UNIT}\b",
        rf"\b{_NUMBER}[ -]{_UNIT}[ -](?:ahead|in advance|into the future|later|forward)\b",
        rf"\bhorizon(?: of| is| =|:|=) ?{_NUMBER}[ -]{_UNIT}\b",
        rf"\b{_NUMBER}[ -]{_UNIT}[ -](?:horizon|forecasts?|predictions?)\b",
        rf"\b(?:forecast|predict)\w* (?:of )?{_NUMBER}[ -]{_UNIT}\b",
        r"\bhorizon(?: of| is| =|:|=) ?(?P<number>\d+)\b",
        rf"\b(?:the )?{_COMING}()[ -]{_UNIT}\b",
    )
)


@dataclass(frozen=True)
class Said:
    """How far the words look ahead: "next 48 half hours" is 48 of 1,800 seconds."""

    number: float
    seconds: float | None  # of one; None where the words count steps
    words: str

    def steps(self, step_seconds: float | None) -> int | None:
        """The same in steps of so many seconds; None where that does not divide."""
        if self.seconds is None or step_seconds is None:
            return max(1, round(self.number))
        steps = self.number * self.seconds / step_seconds
        near = round(steps)
        return near if near >= 1 and abs(steps - near) < 0.1 * max(1, near) else None


def text_of(task: Task) -> tuple[str, ...]:
    """What the task says, the field that speaks of the output first."""
    hints = task.preprocessing_hints
    others = (hints,) if isinstance(hints, str) else hints
    return (
        task.output_description,
        task.description,
        *others,
        task.input_description,
        task.name.replace("_", " "),
    )


def said_horizon(task: Task) -> Said | None:
    """The first words of the task that say how far ahead."""
    for text in text_of(task):
        for pattern in PATTERNS:
            if found := pattern.search(text):
                return _read(found)
    return None


def _read(found: re.Match[str]) -> Said:
    given = found.groupdict()
    text = (given.get("number") or "one").casefold().replace(",", "")
    number = SMALL[text] if text in SMALL else float(text)
    unit = re.sub(r"[ -]+", " ", (given.get("unit") or "step").casefold())
    unit = unit.removesuffix("s").removeprefix("time ").removeprefix("time")
    seconds = UNITS.get(unit.split(" ")[-1] if unit.endswith("day") else unit)
    return Said(number, seconds, found[0])


def find_horizon(task: Task, step_seconds: float | None) -> tuple[int, str]:
    """The horizon in steps, and why.

    Raises:
        TaskError: neither the key nor the words say it, or the words say a time that is
            no whole number of steps.
    """
    if task.horizon is not None:
        return task.horizon, "the task file says so"
    said = said_horizon(task)
    if said is None:
        raise TaskError(
            "how many steps to forecast, in the key horizon or in words such as "
            '"over the next 12 months"',
            "neither",
            f"Add the line {line('horizon', 12)} with the number of steps.",
            key="horizon",
        )
    steps = said.steps(step_seconds)
    if steps is None:
        raise TaskError(
            f"a whole number of steps in '{said.words}'",
            f"steps of {step_seconds:g} seconds",
            f"Add the line {line('horizon', 12)} with the number of steps.",
            key="horizon",
        )
    return steps, f"the task's words: '{said.words}' is {count(steps, 'step')}"
