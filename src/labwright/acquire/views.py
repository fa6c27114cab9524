"""Views of a database: queries that others wrote, refused where they are a trap.

A table is no larger than its file. Of a view one line of SQL suffices to fill any memory,
or to go on for ever, so its cells are counted before they are held.
"""

import contextlib
import itertools
import sqlite3
from pathlib import Path

from labwright.acquire.limits import show_size
from labwright.acquire.members import MOST_GROWTH, most_bytes
from labwright.errors import ReadError
from labwright.parts.read_sqlite import open_sqlite

CELL_BYTES = 64  # of a cell as Python holds it, beside its text
STEPS = 1_000_000  # of SQLite's virtual machine, after which it asks whether to go on
MOST_STEPS = 2_000  # so many times: about a minute
TERMS = 500  # of one sum; SQLite takes at most 1,000


def refuse_view_bomb(path: Path) -> None:
    """Stop at a view that grows, or takes longer, than data ever do.

    Args:
        path: Of a table or a view in a database: shop.sqlite/orders.

    Raises:
        ReadError: with the view's name, and how much it holds.
        sqlite3.Error: the view cannot be read at all.
    """
    database, name = path.parent, path.name
    with contextlib.closing(open_sqlite(database)) as connection:
        kinds = connection.execute(
            "SELECT type FROM sqlite_master WHERE name = ?", (name,)
        )
        if ("view",) not in kinds:
            return
        asked = itertools.count()
        connection.set_progress_handler(lambda: next(asked) >= MOST_STEPS, STEPS)
        most = most_bytes(database)
        try:
            size = size_of(connection, name, most)
        except sqlite3.OperationalError as error:
            if str(error) != "interrupted":
                raise
            raise trap(
                path,
                f"a view that SQLite reads in {STEPS * MOST_STEPS:,} steps",
                "more of them, without an end",
            ) from error
    if size > most:
        held = show_size(database.stat().st_size)
        raise trap(
            path,
            f"a view that grows at most {MOST_GROWTH}-fold",
            f"{show_size(size)} or more out of a database of {held}",
        )


def size_of(connection: sqlite3.Connection, view: str, most: int) -> int:
    """Bytes that a view takes in memory; counted no further than `most`."""
    quoted = quote(view)
    columns = connection.execute(f"SELECT * FROM {quoted} LIMIT 0").description
    lengths = [f"ifnull(length({quote(column[0])}), 0)" for column in columns]
    sums = [" + ".join(lengths[i : i + TERMS]) for i in range(0, len(lengths), TERMS)]
    size = 0
    for row in connection.execute(f"SELECT {', '.join(sums)} FROM {quoted}"):
        size += CELL_BYTES * len(lengths) + sum(row)
        if size > most:
            break
    return size


def quote(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def trap(path: Path, expected: str, found: str) -> ReadError:
    """What is said of a view that is one."""
    return ReadError(
        f"{expected} in {path.parent.name}",
        f"in `{path.name}` {found}",
        "Name another table by `file`; or, if you trust it, write its rows into a table.",
        key=path.name,
    )
