"""Files that hold a table, or seem to: every format, sound, odd, damaged or worse."""

import bz2
import gzip
import io
import json
import pickle
import random
import sqlite3
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import xlsxwriter
from hypothesis import strategies as st

from tests.hostile.texts import NUMBERS, WORDS, cell, names

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


# ---- text formats --------------------------------------------------------------------


def as_csv(grid: Grid, chance: random.Random) -> bytes:
    """CSV as all kinds of programs write it, and as none should."""
    separator = chance.choice([",", ",", ",", ";", "\t", "|", " "])
    end = chance.choice(["\n", "\n", "\r\n", "\r"])

    def quoted(value: Any) -> str:
        text = "" if value is None else str(value)
        if chance.random() < 0.02:
            return text  # a separator or line end in it is one
        odd = any(mark in text for mark in (separator, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if odd else text

    lines = [separator.join(map(quoted, row)) for row in [grid.names, *grid.rows]]
    flaw = chance.randrange(14)
    if flaw == 0 and len(lines) > 2:  # ragged
        i = chance.randrange(len(lines))
        lines[i] += separator * chance.randrange(1, 4) + "1"
    elif flaw == 1 and len(lines) > 2:
        i = chance.randrange(len(lines))
        lines[i] = lines[i].rpartition(separator)[0]
    elif flaw == 2:
        lines.insert(len(lines) // 2, lines[0])  # the header again
    elif flaw == 3:
        lines = lines[1:]  # no header
    elif flaw == 4:
        lines[:0] = ["# about", "", "Source: somewhere"]
    elif flaw == 5:
        lines.append('"never closed')
    elif flaw == 6:
        lines.insert(0, f"sep={separator}")
    elif flaw == 7:
        lines = [line for one in lines for line in (one, "")]
    text = end.join(lines) + end * chance.randrange(2)
    if chance.random() < 0.05:  # mixed line ends
        text = "".join(
            chance.choice(["\n", "\r\n", "\r"]) if c == "\n" else c for c in text
        )
    encoding = chance.choice(
        ["utf-8"] * 6
        + ["utf-8-sig", "utf-16", "utf-16-be", "cp1252", "latin-1", "utf-7", "utf-32"]
    )
    content = text.encode(encoding, errors="replace")
    if chance.random() < 0.03:
        content += b"\xff\xfe\x80" + b"\0" * chance.randrange(200)
    return content


def plain(value: Any) -> Any:
    """What JSON can say."""
    if isinstance(value, bytes | Decimal | time | timedelta | date):
        return str(value)
    return value


def as_json(grid: Grid, chance: random.Random) -> bytes:
    """JSON: records, columns, or something around them; constants as Python has them."""
    records: Any = [
        dict(zip(grid.names, map(plain, row), strict=True)) for row in grid.rows
    ]
    shape = chance.randrange(8)
    columns = {
        n: [plain(v) for v in c] for n, c in zip(grid.names, grid.columns, strict=True)
    }
    if shape == 1:
        records = {"meta": {"x": 1}, "data": {"rows": records}}
    elif shape == 2:
        records = columns
    elif shape == 3:
        records = {
            "columns": grid.names,
            "data": [list(map(plain, r)) for r in grid.rows],
        }
    elif shape == 4:
        records = {n: {str(i): v for i, v in enumerate(c)} for n, c in columns.items()}
    elif shape == 5:
        records = [*records, 1, None, "x", [1], {}]
    text = json.dumps(records, ensure_ascii=chance.random() < 0.5)
    if shape == 6:
        deep = chance.choice([1, 3, 5_000])
        text = "[" * deep + text + "]" * deep
    return text.encode(errors="replace")


def as_jsonl(grid: Grid, chance: random.Random) -> bytes:
    """An object a line, or not quite."""
    lines = [
        json.dumps(dict(zip(grid.names, map(plain, row), strict=True)))
        for row in grid.rows
    ]
    if lines and chance.random() < 0.3:
        lines[chance.randrange(len(lines))] = chance.choice(
            ["", "{", "[1]", "null", '{"a": {"b": 1}}', '{"a":1}{"a":2}']
        )
    return "\n".join(lines).encode()


def as_arff(grid: Grid, chance: random.Random) -> bytes:
    """ARFF with types that need not be true."""
    kinds = [
        "REAL",
        "STRING",
        "INTEGER",
        "{a,b,c}",
        "{yes, 'no'}",
        "DATE yyyy-MM-dd",
        "RELATIONAL",
        "{",
        "",
    ]
    head = ["% about", "@relation x"]
    for i, name in enumerate(grid.names):
        kind = chance.choice(kinds) if chance.random() < 0.3 else "STRING"
        quoted = "'" + name.replace("'", "\\'") + "'" if chance.random() < 0.9 else name
        head.append(f"@attribute {quoted or i} {kind}")
    rows = [
        ",".join(
            "?" if v is None else f"'{v}'" if "," in str(v) else str(v) for v in row
        )
        for row in grid.rows
    ]
    data = ["@data"] if chance.random() < 0.95 else []
    if chance.random() < 0.05:
        rows = ["{0 1, 1 x}", *rows]
    return "\n".join([*head, *data, *rows]).encode(errors="replace")


def as_ts(grid: Grid, chance: random.Random) -> bytes:
    """Series of sktime, with times, without labels, with too many colons."""
    flag = chance.choice(["false", "false", "true", "maybe", ""])
    label = chance.choice(
        ["@classLabel true a b", "@targetLabel true", "@classLabel false", ""]
    )
    lines = [
        "@problemName x",
        f"@timeStamps {flag}",
        "@univariate true",
        label,
        "@data",
    ]
    for i in range(len(grid.rows)):
        steps = [
            str(chance.choice([*NUMBERS, "?", "x", ""]))
            for _ in range(chance.randrange(6))
        ]
        if flag == "true":
            steps = [f"({t},{s})" for t, s in enumerate(steps)]
        lines.append(
            ",".join(steps) + chance.choice([":a", f":{'ab'[i % 2]}", "", ":a:b"])
        )
    return "\n".join(lines).encode()


def as_conll(grid: Grid, chance: random.Random) -> bytes:
    """Words and tags, a line each."""
    lines = []
    for i in range(len(grid.rows)):
        for _ in range(chance.randrange(1, 6)):
            word = chance.choice(["Oslo", "is", *WORDS[:6], "\u202e", "x" * 40])
            lines.append(
                f"{word}\t{chance.choice(['O', 'B-LOC', 'I-LOC', 'I-', ''])}"
                + "\tx" * (chance.random() < 0.01)
            )
        lines += [""] * (i % 3 > 0)
    return "\n".join(lines).encode()


# ---- typed formats -------------------------------------------------------------------


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
    table, file = frame(grid), io.BytesIO()
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


def as_other(grid: Grid, chance: random.Random) -> bytes:
    """No table at all."""
    return chance.choice(
        [
            b"",
            b"\0" * 400,
            b"<!doctype html><html><body>Log in</body></html>",
            b"PAR1",
            b"SQLite format 3\0",
            b"PK\x03\x04",
            b"\x1f\x8b\x08",
            pickle.dumps({"a": [1]}),
            b"%PDF-1.7",
            b"\x89PNG\r\n",
            b"[",
            b"{",
            b"@relation",
            b"@data\n",
            b'{"a": 1',
            chance.randbytes(900),
            b"\n" * 300,
            b"a",
            b"-",
            b'"',
            b"version https://git-lfs.github.com/spec/v1\n",
        ]
    )


WRITERS: dict[str, Callable[[Grid, random.Random], bytes]] = {
    "csv": as_csv,
    "tsv": as_csv,
    "txt": as_csv,
    "data": as_csv,
    "json": as_json,
    "jsonl": as_jsonl,
    "parquet": as_parquet,
    "xlsx": as_excel,
    "arff": as_arff,
    "sqlite": as_sqlite,
    "npz": as_npz,
    "ts": as_ts,
    "conll": as_conll,
    "bin": as_other,
}
TYPED_FORMATS = ("json", "jsonl", "parquet", "xlsx", "sqlite")


# ---- whole files ---------------------------------------------------------------------


def packed(name: str, content: bytes, chance: random.Random) -> tuple[str, bytes]:
    """The file inside an archive, under a name that may lead out of it."""
    inner = chance.choice(
        [
            name,
            name,
            f"a/b/{name}",
            f"../{name}",
            f"/tmp/{name}",
            f"./{name}",
            f"a\\{name}",
        ]
    )
    kind = chance.choice(["zip", "tar", "tar.gz", "gz", "bz2"])
    file = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(inner, content)
    elif kind.startswith("tar"):
        with tarfile.open(
            fileobj=file, mode="w:gz" if kind.endswith("gz") else "w"
        ) as archive:
            member = tarfile.TarInfo(inner)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
            if chance.random() < 0.3:
                link = tarfile.TarInfo("link.csv")
                link.type, link.linkname = (
                    chance.choice([tarfile.SYMTYPE, tarfile.LNKTYPE]),
                    "/etc/passwd",
                )
                archive.addfile(link)
    else:
        file.write(gzip.compress(content) if kind == "gz" else bz2.compress(content))
        kind = f"{name.rpartition('.')[2]}.{kind}"
    return f"table.{kind}", file.getvalue()


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Cut short, or with bytes that are others."""
    changed = bytearray(content)
    for _ in range(chance.randrange(4)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(
        changed[: chance.randrange(len(changed) + 1)]
        if chance.random() < 0.5
        else changed
    )


@st.composite
def files(draw: Any) -> tuple[dict[str, bytes], Grid]:
    """A file with a table by its name, and the table."""
    suffix = draw(st.sampled_from(["csv", "csv", "csv", *WRITERS]))
    grid = draw(grids(typed=suffix in TYPED_FORMATS))
    chance = random.Random(draw(st.integers(0, 2**32)))
    name, content = f"table.{suffix}", WRITERS[suffix](grid, chance)
    if chance.random() < 0.08:
        content = damaged(content, chance)
    if chance.random() < 0.08:
        name, content = packed(name, content, chance)
    if chance.random() < 0.05:
        name = "table." + chance.choice([*WRITERS, "zip", "gz", "png", "md"])
    return {name: content}, grid
