"""Tables in formats with types: Parquet, workbooks, databases, arrays."""

import io
import json
import random
import sqlite3
import tempfile
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import xlsxwriter

from tests.hostile.grids import Grid


def frame(grid: Grid) -> pl.DataFrame:
    """The grid as polars takes it, names made different."""
    different = {
        name or "_": column
        for name, column in zip(grid.names, grid.columns, strict=True)
    }
    series = []
    for name, values in different.items():
        try:
            series.append(pl.Series(name, values, strict=False))
        except (TypeError, OverflowError, ValueError, pl.exceptions.PolarsError):
            series.append(pl.Series(name, [str(value) for value in values]))
    return pl.DataFrame(series)


def as_parquet(grid: Grid, chance: random.Random) -> bytes:
    """Parquet, also with categories, null columns and labels of Hugging Face."""
    table = frame(grid)
    if chance.random() < 0.2:
        table = table.with_columns(pl.col(pl.String).cast(pl.Categorical))
    told = {
        "info": {
            "features": {
                n: chance.choice(
                    [
                        {"_type": "ClassLabel", "names": ["a", "b"]},
                        {"_type": "ClassLabel", "names": None},
                        {"feature": []},
                        7,
                        None,
                    ]
                )
                for n in table.columns
            }
        }
    }
    metadata = (
        {"huggingface": chance.choice([json.dumps(told), "{}", "[]", "not json"])}
        if chance.random() < 0.3
        else None
    )
    return written(table, metadata)


def written(table: pl.DataFrame, metadata: dict[str, str] | None = None) -> bytes:
    """The table as Parquet; another one where polars cannot write it."""
    file = io.BytesIO()
    try:
        table.write_parquet(file, metadata=metadata)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError):
        pl.DataFrame({"x": [1]}).write_parquet(file)
    return file.getvalue()


def as_excel(grid: Grid, chance: random.Random) -> bytes:
    """A workbook with formulas, dates, errors and rows above the header."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(
        file, {"in_memory": True, "nan_inf_to_errors": True, "strings_to_urls": False}
    ) as book:
        for sheet in range(chance.choice([1, 1, 2])):
            page = book.add_worksheet(
                chance.choice([None, "a'b", "=1", "x.y", "Übersicht"])
                if sheet == 0
                else None
            )
            top = chance.choice([0, 0, 0, 3])
            for i, row in enumerate([grid.names, *grid.rows][:130], start=top):
                for j, value in enumerate(row[:300]):
                    if isinstance(value, datetime | date):
                        page.write_datetime(
                            i, j, value, book.add_format({"num_format": "yyyy-mm-dd"})
                        ) if value.year > 1900 else page.write(i, j, str(value))
                    elif isinstance(value, int | float):
                        page.write(
                            i, j, float(value) if abs(value) < 1e307 else str(value)
                        )
                    elif chance.random() < 0.01:
                        page.write_formula(
                            i,
                            j,
                            chance.choice(["=1/0", "=NOW()", "=A1"]),
                            value=chance.choice([0, "#DIV/0!", ""]),
                        )
                    else:
                        page.write_string(
                            i, j, "" if value is None else str(value)[:32_000]
                        )
    return file.getvalue()


def as_sqlite(grid: Grid, chance: random.Random) -> bytes:
    """A database with tables and views of odd names, values of any type in a column."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.sqlite"
        with closing(sqlite3.connect(path)) as base:
            name = chance.choice(
                ["t", 'a"b', "select", "a/b", "é", " ", "a.b"]
            ).replace('"', '""')
            called = dict.fromkeys(
                n.replace("\0", "").casefold()[:1000] or f"c{i}"
                for i, n in enumerate(grid.names[:1000])
            )
            parts = ", ".join('"' + n.replace('"', '""') + '"' for n in called)
            try:
                base.execute(f'CREATE TABLE "{name}" ({parts})')
                for row in grid.rows:
                    cells = [
                        v
                        if isinstance(v, int | float | str | bytes | None)
                        and abs(v if isinstance(v, int) else 0) < 2**63
                        else str(v)
                        for v in row[: len(called)]
                    ]
                    base.execute(
                        f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(cells))})',
                        cells,
                    )
                if chance.random() < 0.2:
                    base.execute(
                        f'CREATE VIEW v AS SELECT * FROM "{name}", "{name}" AS other'
                    )
                if chance.random() < 0.1:
                    base.execute("CREATE VIEW w AS SELECT * FROM gone")
                base.commit()
            except (sqlite3.Error, UnicodeEncodeError):
                base.execute("CREATE TABLE empty (x)")
                base.commit()
        return path.read_bytes()


def as_npz(grid: Grid, chance: random.Random) -> bytes:
    """Arrays of several shapes, and pickles in place of arrays."""
    file = io.BytesIO()
    n = len(grid.rows)
    arrays: dict[str, Any] = {
        "X": np.random.default_rng(n).normal(size=(n, 3, 7)),
        "y": np.arange(n) % 2,
    }
    flaw = chance.randrange(8)
    if flaw == 0:
        arrays["X"] = np.array([{"a": 1}] * n, dtype=object)
    elif flaw == 1:
        arrays["y"] = arrays["y"][: n // 2]
    elif flaw == 2:
        arrays["X"] = np.zeros((n, 2, 2, 2))
    elif flaw == 3:
        arrays["X"] = np.zeros((n, 0))
    elif flaw == 4:
        arrays["y"] = np.array(5)
    elif flaw == 5:
        arrays["X"] = np.zeros((n, 4), dtype=[("a", "f4"), ("b", "S3")])
    elif flaw == 6:
        arrays["y"] = np.array([b"\xff", b"ab"] * n)[:n]
    np.savez(file, **arrays)
    return file.getvalue()
