"""Worlds by kind: hostile in the task, in the data, in both; or sound but for a little."""

import json
import random
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.hostile.drafts import DRAFTS
from tests.hostile.files import files
from tests.hostile.media import media_world
from tests.hostile.several import archived, joined
from tests.hostile.sound_files import Files, file_of, folder_of_texts
from tests.hostile.tasks import tasks
from tests.hostile.trial import World
from tests.hostile.twists import a_key, a_word_of_the_task, twist

KEYS = ("class", "number", "date", "text", "whole")
ROWS = 80


# ---- wild ones -----------------------------------------------------------------------


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


# ---- sound but for a little ----------------------------------------------------------

Made = tuple[dict[str, Any], Files]  # a task, and the files of its workspace


def drafted(kind: str) -> Callable[[random.Random], Made]:
    """Data of a kind with one or two oddities."""

    def make(chance: random.Random) -> Made:
        draft = DRAFTS[kind](chance)
        twist(draft, chance)
        if kind == "texts" and chance.random() < 0.3:
            return draft.said | {"data_sources": "texts"}, folder_of_texts(
                draft, chance
            )
        name, content = file_of(kind, draft, chance)
        return draft.task(name), {name: content}

    return make


def of_media(holds: str) -> Callable[[random.Random], Made]:
    """Images or sounds, and at times a task with a key too many."""

    def make(chance: random.Random) -> Made:
        said, held = media_world(chance, holds)
        draft = DRAFTS["table"](random.Random(0))
        draft.said = said
        if chance.random() < 0.2:
            chance.choice([a_key, a_word_of_the_task])(draft, chance)
        return draft.said, held

    return make


def nearly_sound(make: Callable[[random.Random], Made]) -> st.SearchStrategy[World]:
    """What is made by chance alone, from a seed."""

    def world(seed: bytes) -> World:
        said, held = make(random.Random(seed))
        return World(json.dumps(said).encode(errors="replace"), held)

    return st.binary(min_size=12, max_size=12).map(world)


def makers() -> dict[str, Callable[[random.Random], Made]]:
    return {
        **{kind: drafted(kind) for kind in DRAFTS},
        "images": of_media("images"),
        "sounds": of_media("sounds"),
        "joined": joined,
        "archives": archived,
    }


WILD: dict[str, Callable[[], st.SearchStrategy[World]]] = {
    "wild tasks": hostile_tasks,
    "wild tables": hostile_tables,
    "wild both": hostile_worlds,
}
SOUND: dict[str, Callable[[], st.SearchStrategy[World]]] = {
    kind: lambda make=make: nearly_sound(make) for kind, make in makers().items()
}
KINDS = WILD | SOUND
