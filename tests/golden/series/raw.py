"""The data as their source has them: the tables in data/raw, read and stacked.

What is read stands in dataloader.py; here is only how.
"""

from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path
from typing import Any

import polars as pl

# isort: split
from fetch import readable

# ---- read ts -------------------------------------------------------------------------

ABSENT = ("", "?", "nan", "na")  # how a missing value is written, in any case


def read_ts(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """A row a series: a list of numbers for each dimension, then its label.

    The dimensions are `dim_0`, `dim_1` …, List(Float64) with null where a step has no
    value; their lengths may differ. The label is the text `class` under @classLabel and
    the number `value` under @targetLabel, if the file has one.

    Raises:
        ValueError: the header or a line is not as the format has it, or steps have
            times of their own (@timeStamps true).
    """
    with path.open(encoding="utf-8", errors="replace") as file:
        header = ts_header(file)
        texts = [text for line in file if (text := line.strip())]
    lines = pl.Series("line", texts, dtype=pl.String)
    if header.get("timestamps", ["false"])[0].lower() == "true":
        raise ValueError(
            f"expected evenly spaced steps in {path.name}, found @timeStamps true. "
            "Save the values alone, and ? where a step has none."
        )
    label = ts_label(header)
    cells = lines.str.split(":")
    width = len(cells[0]) if len(cells) else 1 + (label is not None)
    other = (cells.list.len() != width).arg_max() if len(cells) else None
    if other is not None and len(cells[other]) != width:
        raise ValueError(
            f"expected {width} parts between colons in each line of {path.name}, as in "
            f"the first, found {len(cells[other])} in line {other + 1} behind @data."
        )
    dimensions = width - (label is not None)
    columns = [
        numbers_of(cells.list.get(i).alias(f"dim_{i}")) for i in range(dimensions)
    ]
    if label is not None:
        said = cells.list.last().str.strip_chars().alias(label)
        columns.append(said.set(said.str.to_lowercase().is_in(ABSENT), None))
    return pl.DataFrame(columns)


def ts_header(lines: Iterable[str]) -> dict[str, list[str]]:
    """What the lines up to @data say: {"classlabel": ["true", "1", "2"]}."""
    above = takewhile(lambda line: not line.lower().startswith("@data"), lines)
    words = [line[1:].split() for line in above if line.startswith("@")]
    return {name.lower(): said for name, *said in filter(None, words) if said}


def ts_label(header: dict[str, list[str]]) -> str | None:
    """The column of the label, None where series have none."""
    for key, name in ("classlabel", "class"), ("targetlabel", "value"):
        if header.get(key, ["false"])[0].lower() == "true":
            return name
    return None


def numbers_of(texts: pl.Series) -> pl.Series:
    """Numbers with commas between them as lists; null where one is absent.

    Raises:
        ValueError: something else stands there.
    """
    cell = pl.element().str.strip_chars()
    given = pl.when(cell.str.to_lowercase().is_in(ABSENT).not_()).then(cell)
    cells = texts.str.strip_chars().replace("", None).str.split(",").list.eval(given)
    number = pl.element().cast(pl.Float64, strict=False)
    lists = cells.list.eval(pl.when(number.is_finite()).then(number))
    unread = cells.list.drop_nulls().list.len() > lists.list.drop_nulls().list.len()
    if unread.any():
        raise ValueError(
            f"expected numbers with commas between them in {texts.name!r}, found "
            f"{texts.filter(unread)[0][:60]!r}. Mend that line."
        )
    return lists


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
    return read_ts(path, reading)


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
