"""Sound data of every kind, with tasks that fit them: what most drawn worlds start from.

One or two things in them are then made odd by twists.py, so that planning and writing
meet what is odd too, and not its refusal alone.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.hostile.grids import COLUMNS, SOUND, Grid

VOCABULARY = (
    *("the", "of", "and", "a", "film", "story", "good", "bad", "slow", "fine", "plot"),
    *("actor", "scene", "music", "long", "short", "never", "always", "again", "once"),
    *(
        "house",
        "river",
        "stone",
        "light",
        "dark",
        "year",
        "day",
        "night",
        "road",
        "end",
    ),
    *("über", "naïve", "日本", "Привет", "isn't", "re-run", "3.5", "COVID-19", "x"),
)
METRICS = {
    "classes": ("accuracy", "macro_f1", "log_loss", "balanced_accuracy", "mcc", "roc_auc"),
    "numbers": ("rmse", "mae", "r2", "rmsle", "mape", "spearman"),
}  # fmt: skip


@dataclass
class Draft:
    """Columns, and the task about them.

    Attributes:
        names: Of the columns.
        columns: Their cells.
        target: Which column is predicted; None for none, as in a text alone.
        said: The task's keys beside `data_sources` and `target`.
    """

    names: list[str]
    columns: list[list[Any]] = field(repr=False)
    target: int | None
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return len(self.columns[0])

    @property
    def grid(self) -> Grid:
        rows = [list(row) for row in zip(*self.columns, strict=True)]
        return Grid(list(self.names), rows)

    def task(self, source: Any) -> dict[str, Any]:
        """The task file's content about data at `source`."""
        named = {} if self.target is None else {"target": self.names[self.target]}
        return {"data_sources": source} | named | self.said


def classes_of(chance: random.Random, rows: int) -> list[str]:
    """A class for each row, none of them rare."""
    names = chance.choice(
        [("a", "b", "c"), ("yes", "no"), ("1", "2", "3", "4"), ("low", "mid", "high")]
    )
    return [names[i % len(names)] for i in chance.sample(range(rows), rows)]


def numbers_of(chance: random.Random, rows: int) -> list[float]:
    """A number for each row: small, large, counted or skewed."""
    make: Callable[[], float] = chance.choice(
        [
            lambda: round(chance.gauss(0, 1), 3),
            lambda: round(chance.lognormvariate(3, 2), 2),
            lambda: chance.randrange(1000),
            lambda: chance.uniform(-1e6, 1e6),
        ]
    )
    return [make() for _ in range(rows)]


def target_of(chance: random.Random, rows: int) -> tuple[list[Any], dict[str, Any]]:
    """A target, and sometimes a metric that fits it."""
    kind = chance.choice(["classes", "classes", "numbers"])
    cells = (classes_of if kind == "classes" else numbers_of)(chance, rows)
    asked = {"evaluation_metric": chance.choice(METRICS[kind])}
    return cells, asked if chance.random() < 0.2 else {}


def table(chance: random.Random) -> Draft:
    """Numbers, categories, dates and a target."""
    rows = chance.randrange(60, 200)
    kinds = chance.choices(SOUND, k=chance.randrange(2, 6))
    names = [f"{kind.replace(' ', '_')}_{i}" for i, kind in enumerate(kinds)]
    columns = [COLUMNS[kind](chance, rows) for kind in kinds]
    target, asked = target_of(chance, rows)
    if chance.random() < 0.2:
        rule = chance.choice(["random", "stratified", "time", "group"])
        asked["split"] = rule
    return Draft([*names, "wanted"], [*columns, target], len(names), asked)


def sentence(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(VOCABULARY, k=words))


def texts(chance: random.Random) -> Draft:
    """Texts with a label or a number; or alone, for the next token."""
    rows = chance.randrange(60, 120)
    longest = chance.choice([12, 40, 150])
    said = [sentence(chance, chance.randrange(6, longest)) for _ in range(rows)]
    if chance.random() < 0.25:
        return Draft(["text"], [said], None, {"task_type": "sequence"})
    target, asked = target_of(chance, rows)
    if chance.random() < 0.3:
        asked["recipe"] = "text"
    return Draft(["text", "label"], [said, target], 1, asked)


def forecast(chance: random.Random) -> Draft:
    """One series over time, or some, with what is known beside it."""
    number, steps = chance.choice([(1, 150), (1, 400), (3, 80)])
    step = chance.choice(
        [
            timedelta(days=1),
            timedelta(hours=1),
            timedelta(days=7),
            timedelta(minutes=15),
        ]
    )
    start = datetime(2020, 1, 1)
    moments = [start + i * step for i in range(steps)] * number
    form = chance.choice(["date", "date", "month", "count"])
    if form == "month":
        when = [f"{2000 + i // 12}-{1 + i % 12:02}-01" for i in range(steps)] * number
    elif form == "count":
        when = [str(i) for i in range(steps)] * number
    else:
        when = [m.isoformat(chance.choice("T ")) for m in moments[:1]] and [
            str(m.date()) if step.seconds == 0 else str(m) for m in moments
        ]
    values = [
        round(10 * k + math.sin(i / 7 * 2 * math.pi) + chance.gauss(0, 0.3), 3)
        for k in range(number)
        for i in range(steps)
    ]
    names, columns = ["date", "value"], [when, values]
    if number > 1:
        names.append("place")
        columns.append([f"place {k}" for k in range(number) for _ in range(steps)])
    if chance.random() < 0.4:
        names.append(chance.choice(["holiday", "price"]))
        columns.append([chance.randrange(2) for _ in values])
    asked: dict[str, Any] = {"task_type": "sequence"}
    if chance.random() < 0.6:
        asked["horizon"] = chance.choice([1, 3, 7, 12])
    else:
        asked["output_description"] = "The value over the next 7 steps."
    return Draft(names, columns, 1, asked)


def series(chance: random.Random) -> Draft:
    """Whole series with a label or a number: in lists, side by side, or a row a step."""
    rows, steps = chance.randrange(60, 100), chance.choice([8, 24, 60])
    target, asked = target_of(chance, rows)
    waves = [
        [round(math.sin((i + k) / 3) + chance.gauss(0, 0.2), 3) for i in range(steps)]
        for k in range(rows)
    ]
    form = chance.choice(["lists", "wide", "long"])
    if form == "lists":
        return Draft(["signal", "label"], [waves, target], 1, asked)
    if form == "wide":
        names = [f"t{i}" for i in range(steps)]
        columns = [list(column) for column in zip(*waves, strict=True)]
        return Draft([*names, "label"], [*columns, target], steps, asked)
    series_of = [f"s{k}" for k in range(rows) for _ in range(steps)]
    times = [i for _ in range(rows) for i in range(steps)]
    values = [value for wave in waves for value in wave]
    labels = [label for label in target for _ in range(steps)]
    names = ["id", "time", "value", "label"]
    return Draft(names, [series_of, times, values, labels], 3, asked)


def tags(chance: random.Random) -> Draft:
    """Lists of words beside lists of tags."""
    kinds = chance.choice(
        [("O", "B-LOC", "I-LOC"), ("NOUN", "VERB", "X"), ("O", "B-PER", "B-LOC")]
    )
    lengths = [chance.randrange(3, 15) for _ in range(chance.randrange(60, 120))]
    words = [chance.choices(VOCABULARY, k=length) for length in lengths]
    found = [chance.choices(kinds, weights=(3, 1, 1), k=length) for length in lengths]
    said = {"task_type": "sequence"}
    return Draft(["tokens", "tags"], [words, found], 1, said)


DRAFTS: dict[str, Callable[[random.Random], Draft]] = {
    "table": table,
    "texts": texts,
    "forecast": forecast,
    "series": series,
    "tags": tags,
}
