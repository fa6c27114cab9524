"""Read SQLite databases."""

import contextlib
import sqlite3
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

# Steps of SQLite's machine that reading may take. A table takes fewer than five a byte; a
# view is a query of whoever made the file, and may yield without end.
LEAST_STEPS = 100_000_000
STEPS_A_BYTE = 100
STRIDE = 1_000_000


def read_sqlite(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """The values in their own types; a column of several types becomes text.

    Args:
        path: Of the database, or of a table in it: shop.sqlite/orders. A database alone
            means its first table by name.
        reading: Not used; a database says how it is written.

    Raises:
        ValueError: a view yields far more than the file holds.
    """
    database, name = (path, "") if path.is_file() else (path.parent, path.name)
    name = (name or tables_in(database)[0]).replace('"', '""')
    with (
        contextlib.closing(open_sqlite(database)) as connection,
        limited(connection, max(LEAST_STEPS, STEPS_A_BYTE * database.stat().st_size)),
    ):
        rows = connection.execute(f'SELECT * FROM "{name}"')
        columns = [column[0] for column in rows.description]
        return pl.DataFrame(
            rows.fetchall(),
            schema=columns,
            orient="row",
            infer_schema_length=None,
            strict=False,
        )


@contextlib.contextmanager
def limited(connection: sqlite3.Connection, steps: int) -> Iterator[None]:
    """Ends what takes more steps."""
    taken = count(0, STRIDE)
    connection.set_progress_handler(lambda: next(taken) > steps, STRIDE)
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
        raise ValueError(
            f"expected a view that SQLite yields in {steps:,} steps, found one that goes "
            "on. Name another table, or save the rows that are needed as one."
        ) from error


def open_sqlite(database: Path) -> sqlite3.Connection:
    """For reading only, so that nothing is written beside the file."""
    uri = f"{database.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(uri, uri=True)


def tables_in(database: Path) -> list[str]:
    """Names of the tables and views."""
    query = (
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    with contextlib.closing(open_sqlite(database)) as connection:
        return [name for (name,) in connection.execute(query)]
