"""The data as their source has them: the tables in data/raw, read and stacked.

What is read stands in dataloader.py; here is only how.
"""

import contextlib
import csv
import io
import re
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl

# isort: split
from fetch import readable

# ---- partitions ----------------------------------------------------------------------


def add_partitions(table: pl.DataFrame, path: Path, keys: list[str]) -> pl.DataFrame:
    """`table` with a text column for each of `keys`, read from the folders of `path`."""
    found = dict(part.split("=", 1) for part in path.parts if "=" in part)
    values = {key: unquote(found[key]) for key in keys}
    return table.with_columns(
        pl.lit(
            None if value == "__HIVE_DEFAULT_PARTITION__" else value, pl.String
        ).alias(key)
        for key, value in values.items()
    )


# ---- read csv ------------------------------------------------------------------------


def read_csv(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """Every cell as text; what a column holds is decided later.

    Args:
        path: Of the file.
        reading: How it is written, each key optional: "separator" ("," or "whitespace"
            for runs of blanks), "quote" (None: none), "encoding" (a Python codec),
            "skip" (lines above the header), "columns" (names, where no line has them),
            "comment" (how lines start that are none), "line_end", "hive" (keys of its
            folders).

    Raises:
        ValueError: a line has more cells than there are columns.
    """
    return csv_rows(csv_lines(path, reading), path, reading)


def csv_lines(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """Every line below the header, under the names as they are written."""
    try:
        return pl.read_csv(csv_source(path, reading), **csv_options(reading))
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{path}: {explain_csv(path, reading, error)}") from error


def csv_rows(lines: pl.DataFrame, path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """The lines that are rows: an empty one is none, nor is the header again."""
    if lines.width > 1:
        is_empty = pl.all_horizontal(pl.all().is_null())
        lines = lines.filter(~is_empty & ~headers_again(lines))
    table = lines.rename(
        dict(zip(lines.columns, tidy_names(lines.columns), strict=True))
    )
    return add_partitions(table, path, reading.get("hive", []))


def headers_again(lines: pl.DataFrame) -> pl.Series:
    """Which lines say what the header says; of a single column none does."""
    names = lines.columns if lines.width > 1 else []
    same = pl.repeat(bool(names), len(lines), eager=True)
    for name in names:
        same &= (lines[name] == name).fill_null(False)
        if not same.any():  # most often after the first column
            break
    return same


def csv_options(reading: dict[str, Any]) -> dict[str, Any]:
    """`reading` in the words of polars."""
    separator = reading.get("separator", ",")
    columns = reading.get("columns")
    return {
        "separator": "\t" if separator == "whitespace" else separator,
        "quote_char": reading.get("quote", '"'),
        "comment_prefix": reading.get("comment"),
        "eol_char": reading.get("line_end", "\n"),
        "skip_lines": reading.get("skip", 0),
        "has_header": columns is None,
        "new_columns": columns,
        "infer_schema": False,
        "glob": False,  # a file may be called data[1].csv
    }


def csv_source(path: Path, reading: dict[str, Any]) -> Path | bytes:
    """The file itself where polars can read it, else its text as UTF-8."""
    encoding = reading.get("encoding", "utf8")
    blanks = reading.get("separator") == "whitespace"
    if encoding == "utf8" and not blanks:
        return path
    return as_polars_reads(path.read_bytes().decode(encoding), blanks)


def as_polars_reads(text: str, blanks: bool) -> bytes:
    """UTF-8 without a byte order mark; runs of blanks outside quotes become tabs."""
    text = text.removeprefix("\ufeff")
    if blanks:
        lines = (line.strip() for line in text.splitlines())
        runs = re.compile(r'("[^"]*")|[ \t]+')
        text = "\n".join(runs.sub(lambda run: run[1] or "\t", line) for line in lines)
    return text.encode()


def tidy_names(names: list[str]) -> list[str]:
    """Column names without blanks around them; one without a name gets its number."""
    tidy = [name.strip() or f"column_{i}" for i, name in enumerate(names, start=1)]
    return tidy if len(set(tidy)) == len(tidy) else names


def explain_csv(path: Path, reading: dict[str, Any], error: Exception) -> str:
    """What is wrong in words, with the first line that has too many cells."""
    options = csv_options(reading)
    source = csv_source(path, reading)
    content = source if isinstance(source, bytes) else source.read_bytes()
    text = io.StringIO(content.decode(errors="replace"), newline="")
    for _ in range(options["skip_lines"]):
        text.readline()
    rows = csv.reader(
        text,
        delimiter=options["separator"],
        quotechar=options["quote_char"],
        quoting=csv.QUOTE_MINIMAL if options["quote_char"] else csv.QUOTE_NONE,
    )
    width = len(options["new_columns"] or next(islice(rows, 1), []))
    with contextlib.suppress(csv.Error):  # a cell over 128 KiB
        for row in rows:
            if len(row) > width:
                line = rows.line_num + options["skip_lines"]
                return f"expected {width} cells in line {line}, found {len(row)}."
    return f"expected rows of {width} cells, found: {str(error).splitlines()[0]}"


# ---- stack ---------------------------------------------------------------------------


def stack(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """Tables one below the other, in the column order of the first.

    A column that is numbers in one file and something else in another becomes text.
    """
    names = tables[0].columns
    schemas = [table.schema for table in tables]
    types = {name: {schema[name] for schema in schemas} for name in names}
    mixed = [
        name
        for name in names
        if len(types[name]) > 1 and not all(t.is_numeric() for t in types[name])
    ]
    columns = [
        {n: t[n].cast(pl.String) if n in mixed else t[n] for n in names} for t in tables
    ]
    return pl.concat([pl.DataFrame(c) for c in columns], how="vertical_relaxed")


# ---- from files to a table -----------------------------------------------------------


def read_file(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """One table as its file has it."""
    return read_csv(path, reading)


def read_new(folder: Path, path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """New rows of a file, which may be a member of an archive in data/raw."""
    if path.resolve().is_relative_to(folder):
        name = path.resolve().relative_to(folder).as_posix()
        (path,) = readable(folder, [name])
    return read_file(path, reading)


def read(folder: Path, tables: list[str], reading: dict[str, Any]) -> pl.DataFrame:
    """The tables one below the other; "(file)" says which of them a row came from."""
    paths = readable(folder, tables)
    parts = [
        read_file(path, reading).with_columns(pl.lit(name).alias("(file)"))
        for name, path in zip(tables, paths, strict=True)
    ]
    return stack(parts)
