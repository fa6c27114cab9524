"""The data as their source has them: the tables in data/raw, read and stacked.

What is read stands in dataloader.py; here is only how.
"""

from pathlib import Path
from typing import Any

import polars as pl

# isort: split
from fetch import readable

# ---- read conll ----------------------------------------------------------------------

DOCUMENT_LINE = r"^(-DOCSTART-|# ?newdoc\b)"


def read_conll(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """A row a sentence: for each column named the list of its words' cells.

    A file that marks documents has their number, from 1, in the text `document_id`.

    Args:
        path: Of the file.
        reading: "columns" (a name for each column of the file, None for one that is not
            read), "separator" ("\\t" or "whitespace"), "encoding", "comments" (whether
            a line that begins with # is none) and "index" (whether the first column
            counts the words: ranges such as 3-4 and empty words such as 3.1 are none),
            "documents" (whether it marks them).

    Raises:
        ValueError: a line has another number of columns.
    """
    columns: list[str | None] = reading["columns"]
    text = path.read_bytes().decode(reading["encoding"], errors="replace")
    lines = pl.DataFrame(
        {"line": text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")}
    ).with_row_index("number", offset=1)
    line = pl.col("line")
    marked = lines.with_columns(
        blank=line.str.strip_chars() == "",
        opens=line.str.contains(DOCUMENT_LINE),
    ).with_columns(
        sentence=(pl.col("blank") | pl.col("opens")).cum_sum(),
        document_id=pl.col("opens").cum_sum().cast(pl.String),
    )
    words = marked.filter(~pl.col("blank"), ~pl.col("opens"))
    if reading["comments"]:
        words = words.filter(~pl.col("line").str.starts_with("#"))
    words = words.with_columns(cells=cells_of_line(reading["separator"]))
    other = words.filter(pl.col("cells").list.len() != len(columns))
    if len(other):
        number, found = other["number"][0], len(other["cells"][0])
        raise ValueError(
            f"expected {len(columns)} columns in every line of {path.name}, found "
            f"{found} in line {number} and another number in {len(other)} of "
            f"{len(words)}. Mend those lines."
        )
    if reading["index"]:
        words = words.filter(pl.col("cells").list.first().str.contains(r"^\d+$"))
    read = {name: i for i, name in enumerate(columns) if name is not None}
    lists = words.group_by("sentence", "document_id", maintain_order=True).agg(
        pl.col("cells").list.get(i).alias(name) for name, i in read.items()
    )
    return lists.select(*read, *(["document_id"] if reading["documents"] else []))


def cells_of_line(separator: str) -> pl.Expr:
    """The cells of a line: cut at tabs, or at any number of blanks."""
    line = pl.col("line")
    if separator == "\t":
        return line.str.strip_chars_end("\r").str.split("\t")
    return line.str.extract_all(r"[^ \t\r]+")


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
    return read_conll(path, reading)


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
