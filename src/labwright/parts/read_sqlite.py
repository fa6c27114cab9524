"""Read SQLite databases."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import polars as pl


def read_sqlite(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """The values in their own types; a column of several types becomes text.

    Args:
        path: Of the database, or of a table in it: shop.sqlite/orders. A database alone
            means its first table by name.
        reading: Not used; a database says how it is written.
    """
    database, name = (path, "") if path.is_file() else (path.parent, path.name)
    name = (name or tables_in(database)[0]).replace('"', '""')
    with contextlib.closing(open_sqlite(database)) as connection:
        rows = connection.execute(f'SELECT * FROM "{name}"')
        columns = [column[0] for column in rows.description]
        return pl.DataFrame(
            rows.fetchall(),
            schema=columns,
            orient="row",
            infer_schema_length=None,
            strict=False,
        )


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
