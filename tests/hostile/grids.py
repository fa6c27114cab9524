"""What stands in a table: columns sound and odd, and their names."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.hostile.texts import WORDS, cell, names

ROWS = (0, 1, 2, 3, 5, 12, 30, 60, 120)
WIDE = (500, 500, 500, 500, 500, 500, 500, 500, 500, 10_000)  # columns


@dataclass
class Grid:
    """Names of columns and their cells, (rows, columns), as text or typed."""

    names: list[str]
    rows: list[list[Any]] = field(repr=False)

    @property
    def columns(self) -> list[list[Any]]:
        return [[row[i] for row in self.rows] for i in range(len(self.names))]


# ---- what stands in a column ---------------------------------------------------------

Column = Callable[[random.Random, int], list[Any]]


def every(make: Callable[[random.Random, int], Any]) -> Column:
    """A column of which each cell is made by itself, by its number."""
    return lambda chance, rows: [make(chance, i) for i in range(rows)]


COLUMNS: dict[str, Column] = {
    "number": every(lambda chance, i: round(chance.gauss(0, 10), 3)),
    "whole": every(lambda chance, i: chance.randrange(50)),
    "class": every(lambda chance, i: "abc"[i % 3]),
    "noisy class": every(lambda chance, i: chance.choice(["yes", "no"])),
    "rare class": lambda chance, rows: (
        ["rare"] * (rows > 3) + ["often"] * (rows - (rows > 3))
    ),
    "single members": every(lambda chance, i: f"class {i}"),
    "constant": every(lambda chance, i: "same"),
    "constant number": every(lambda chance, i: 7.0),
    "all missing": every(lambda chance, i: None),
    "spelled missing": every(lambda chance, i: chance.choice(["NA", "?", "", "-"])),
    "infinite": every(
        lambda chance, i: chance.choice(
            [1.0, 2.5, float("inf"), float("-inf"), float("nan")]
        )
    ),
    "huge": every(lambda chance, i: chance.choice([1e308, -1e308, 1.7e308, 3.0])),
    "tiny": every(lambda chance, i: chance.choice([5e-324, -5e-324, 0.0])),
    "huge whole": every(lambda chance, i: 10**30 + i),
    "beyond 64 bits": every(lambda chance, i: 2**63 + i),
    "identifier": every(lambda chance, i: f"id-{i:05}"),
    "counter": every(lambda chance, i: i),
    "date": every(lambda chance, i: str(date(2020, 1, 1) + timedelta(days=i))),
    "odd date": every(
        lambda chance, i: chance.choice(
            ["2020-02-30", "0000-00-00", "9999-12-31", "2020-01-01", "31/31/2020"]
        )
    ),
    "moment": every(lambda chance, i: str(datetime(2020, 1, 1) + timedelta(hours=i))),
    "mixed": every(
        lambda chance, i: chance.choice([1, "one", 2.5, "2020-01-01", None, True])
    ),
    "nothing in common": every(lambda chance, i: cell(chance)),
    "text": every(
        lambda chance, i: " ".join(
            chance.choices(
                ["good", "bad", "film", "of", "the", "year", "a", "not"], k=12
            )
        )
    ),
    "hostile text": every(lambda chance, i: " ".join(chance.choices(WORDS, k=3))),
    "list of numbers": every(
        lambda chance, i: str([round(chance.random(), 2) for _ in range(8)])
    ),
    "ragged list": every(lambda chance, i: str([1] * chance.randrange(9))),
    "list of words": every(lambda chance, i: str(chance.choices(["a", "b", "c"], k=4))),
    "money": every(lambda chance, i: f"${chance.randrange(10_000):,}.00"),
    "zeros": every(lambda chance, i: f"{chance.randrange(999):05}"),
    "yes or no": every(lambda chance, i: bool(chance.randrange(2))),
    "path": every(
        lambda chance, i: chance.choice(
            ["../../x.png", "/etc/passwd", "a.png", "b.wav"]
        )
    ),
    "half missing": every(lambda chance, i: chance.choice([None, chance.random()])),
}
SOUND = (
    "number",
    "whole",
    "class",
    "noisy class",
    "date",
    "text",
    "half missing",
    "number",
)
# What only typed formats can say.
TYPED: dict[str, Column] = {
    "nested": every(lambda chance, i: {"a": i, "b": {"c": [1, 2]}, "": None}),
    "objects": every(lambda chance, i: [{"x": 1}, {"y": "z"}]),
    "empty objects": every(lambda chance, i: {}),
    "lists": every(lambda chance, i: [chance.random() for _ in range(i % 5)]),
    "lists of lists": every(lambda chance, i: [[1.0, 2.0], [], None]),
    "bytes": every(lambda chance, i: b"\x89PNG\r\n\x1a\n" + bytes([i % 256])),
    "decimal": every(lambda chance, i: Decimal("1.23456789") * i),
    "time": every(lambda chance, i: time(i % 24, 1)),
    "duration": every(lambda chance, i: timedelta(seconds=i)),
    "typed date": every(lambda chance, i: date(1 + i, 1, 1)),
    "typed moment": every(lambda chance, i: datetime(2020, 1, 1) + timedelta(days=i)),
    "booleans": every(lambda chance, i: [True, False, None][i % 3]),
    "labels": every(lambda chance, i: i % 3 - 1),
}


@st.composite
def grids(draw: Any, typed: bool = False) -> Grid:
    """A table with some sound columns and some that are not."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    rows = draw(st.sampled_from(ROWS))
    known = COLUMNS | TYPED if typed else COLUMNS
    wild = draw(st.lists(st.sampled_from(sorted(known)), max_size=4))
    kinds = [*chance.sample(SOUND, chance.randrange(1, 5)), *wild]
    chance.shuffle(kinds)
    called = [kind.replace(" ", "_") for kind in kinds]
    for i in draw(st.sets(st.integers(0, len(called) - 1), max_size=2)):
        called[i] = draw(names)
    if draw(st.integers(0, 19)) == 0:
        called[0] = called[-1]  # a name twice
    columns = [known[kind](chance, rows) for kind in kinds]
    if not typed and chance.random() < 0.002:
        more = chance.choice(WIDE)
        columns += [[chance.random() for _ in range(rows)] for _ in range(more)]
        called += [f"f{i}" for i in range(more)]
    return Grid(called, [list(row) for row in zip(*columns, strict=True)])
