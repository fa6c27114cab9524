"""Tasks and tables together: hostile in one of them, or in both."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.hostile.tables import files
from tests.hostile.tasks import tasks
from tests.hostile.trial import World

KEYS = ("class", "number", "date", "text", "whole")
ROWS = 80


def sensible() -> bytes:
    """A table that asks for nothing but a plan."""
    words = ("good", "film", "bad", "plot", "fine", "day", "slow", "end", "of", "time")
    lines = [",".join((*KEYS, "id"))]
    for i in range(ROWS):
        text = " ".join(words[(i * k) % 10] for k in range(3, 12))
        day = f"2020-{1 + i // 28 % 12:02}-{1 + i % 28:02}"
        lines.append(
            f"{'abc'[i * i % 7 % 3]},{i * 37 % 101 + i / 7},{day},{text},{i % 9},r{i}"
        )
    return "\n".join(lines).encode()


@st.composite
def hostile_tasks(draw: Any) -> World:
    """A wild task over a sensible table, and a second one to join."""
    other = b"class,weight\n" + b"\n".join(b"%c,%d" % (97 + i, i) for i in range(3))
    held = {"table.csv": sensible(), "other.csv": other}
    said = draw(tasks(["table.csv"], [*KEYS, "id"]))
    return World(said, held)


@st.composite
def hostile_tables(draw: Any) -> World:
    """A hostile table under a task that names it, and perhaps a column."""
    held, grid = draw(files())
    said = draw(tasks(list(held), grid.names[:20], wild=False))
    return World(said, held)


@st.composite
def hostile_worlds(draw: Any) -> World:
    """Both at once."""
    held, grid = draw(files())
    return World(draw(tasks(list(held), grid.names[:20])), held)


KINDS: dict[str, Callable[[], st.SearchStrategy[World]]] = {
    "tasks": hostile_tasks,
    "tables": hostile_tables,
    "both": hostile_worlds,
}
