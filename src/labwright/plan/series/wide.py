"""Wide tables: a row is a series, and each of its steps a column."""

import datetime
import re
from collections.abc import Collection, Iterable, Mapping

import numpy as np
import polars as pl

from labwright.plan.say import count, names
from labwright.plan.series.arrangement import Arrangement
from labwright.plan.words import split_name, word_set
from labwright.profile.facts import TableProfile
from labwright.task.model import Task

NUMBERED = re.compile(r"(.*?)[\s_.\-]*(\d+(?:\.\d+)?)")
FEWEST_STEPS = 8
COVERS = 0.8  # of the columns that could be inputs are steps
SAMPLE = 2_000  # rows by which neighbours are compared
# The mean square of the difference of two neighbours, over that of any two steps of a
# row: 1 for columns without an order. Alone it must be small; less so beside words.
SMOOTH, ALIKE = 0.2, 0.8
STEP_WORDS = word_set(
    "t time step timestep ts hour h day month week year minute min second sec s frame "
    "lag sample tick point wavelength wavenumber nm freq hz"
)
SAID = word_set(
    "series time temporal signal sensor curve profile waveform trajectory recording "
    "spectrum spectra spectral sequence hourly daily ecg eeg emg accelerometer vibration "
    "hours days minutes seconds"
)
PICTURE_WORDS = word_set("pixel pixels px image images picture pictures digit img")


def find_wide(task: Task, table: TableProfile, asked: bool) -> Arrangement | None:
    """Numbered columns of one or several stems whose order carries meaning.

    They are evenly numbered, hold nearly all that could be an input, and neighbours are
    more alike than other steps, or the words speak of time. `asked`: the task names the
    recipe, and the numbers alone decide.
    """
    wanted = (task.target,) if isinstance(task.target, str) else task.target or ()
    left = {*wanted, *task.drop}
    if task.inputs is not None:
        left |= table.columns.keys() - {*task.inputs}
    channels = numbered_columns(table, left)
    if not channels:
        return None
    steps = {name for columns in channels.values() for name in columns}
    inputs = [
        column.name
        for column in table.columns.values()
        if column.kind in ("number", "category", "boolean", "date")
        if column.name not in left
    ]
    covered = sum(name in steps for name in inputs) / len(inputs) if inputs else 0
    likeness = unlike_neighbours(table.table, channels)
    stems, said = set(channels), words_of_task(task)
    of_time = any(STEP_WORDS & set(split_name(stem)) for stem in stems)
    of_time |= bool(SAID & said)
    of_pictures = bool(
        PICTURE_WORDS & (said | {w for s in stems for w in split_name(s)})
    )
    sure = likeness <= (ALIKE if of_time else SMOOTH)
    if not asked and (covered < COVERS or of_pictures or not sure):
        return None
    first = next(iter(channels.values()))
    several = f" of {count(len(channels), 'channel')}" if len(channels) > 1 else ""
    said_too = ", and names or words speak of time" if of_time else ""
    return Arrangement(
        "wide",
        channels,
        f"{names([first[0], first[-1]])} and what lies between are "
        f"{count(len(first), 'evenly numbered step')}{several}: two neighbours differ "
        f"{likeness:.2f} times as much (in the square) as any two of a row{said_too}",
        source=table,
    )


def numbered_columns(
    table: TableProfile, left: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Columns of numbers by the stem of their names, the stems that most steps share.

    But for those in `left`, and only stems whose numbers rise evenly in the order of the columns.
    """
    stems: dict[str, list[tuple[float, str]]] = {}
    schema = table.table.schema
    for name in table.columns:
        if name in left:
            continue
        numbered = step_of(name)
        if numbered and schema[name] == pl.Float64:
            stems.setdefault(numbered[0], []).append((numbered[1], name))
    even = {
        stem: tuple(steps)
        for stem, steps in stems.items()
        if len(steps) >= FEWEST_STEPS and is_even([number for number, _ in steps])
    }
    if not even:
        return {}
    longest = max(even.values(), key=len)
    wanted = [number for number, _ in longest]
    taken = set(table.columns) - {name for steps in even.values() for _, name in steps}
    return {
        free_name(stem or "series", taken): tuple(name for _, name in steps)
        for stem, steps in even.items()
        if [number for number, _ in steps] == wanted
    }


def step_of(name: str) -> tuple[str, float] | None:
    """The stem of a column's name and the number of its step: t12, 1100.5, 2020-03."""
    text = name.strip()
    for form in ("%Y-%m-%d", "%Y-%m", "%Y/%m/%d", "%d.%m.%Y"):
        try:
            return "", float(datetime.datetime.strptime(text, form).toordinal())
        except ValueError:
            continue
    found = NUMBERED.fullmatch(text)
    return (found[1].rstrip("_-. "), float(found[2])) if found else None


def is_even(numbers: list[float]) -> bool:
    """Whether numbers rise in equal steps; those of months differ a little."""
    steps = np.diff(numbers)
    usual = float(np.median(steps))
    return usual > 0 and bool((np.abs(steps - usual) <= 0.15 * usual).all())


def free_name(stem: str, taken: Iterable[str]) -> str:
    """A channel's name that no other column has."""
    return f"{stem} (series)" if stem in set(taken) else stem


def unlike_neighbours(
    rows: pl.DataFrame, channels: Mapping[str, tuple[str, ...]]
) -> float:
    """How much neighbours differ within a row, over how much any two steps do.

    The mean squared difference of neighbours over twice the variance of a row (von
    Neumann, 1941): 1 where the order of columns means nothing. Each column is compared
    as it is, since steps of one channel have one unit.
    """
    sample = rows.gather_every(max(1, len(rows) // SAMPLE))
    between, within = 0.0, 0.0
    for columns in channels.values():
        values = sample.select(pl.selectors.by_name(columns)).to_numpy()
        known = np.isfinite(values)
        values, known = values[known.sum(axis=1) >= 2], known[known.sum(axis=1) >= 2]
        largest = np.abs(values).max(initial=0, where=known)
        values = values / (largest or 1.0)  # of which no square overflows
        steps = np.diff(values, axis=1)
        steps = steps[np.isfinite(steps)]
        if not len(steps):
            continue
        count = known.sum(axis=1, keepdims=True)
        mean = np.where(known, values, 0).sum(axis=1, keepdims=True) / count
        apart = np.where(known, values - mean, 0) ** 2
        unit = apart.sum() / count.sum() or 1.0  # channels count alike
        between += float((steps**2).mean()) / unit
        within += 2 * float((apart.sum(axis=1) / count[:, 0]).mean()) / unit
    return between / within if within else 1.0


def words_of_task(task: Task) -> set[str]:
    """The words of what the task says of its data."""
    texts = [task.name, task.description, task.input_description]
    texts += [source.description for source in task.data_sources]
    return {word for text in texts for word in split_name(text or "")}
