"""Read CoNLL files: a word a line with its tags, a blank line between sentences."""

from pathlib import Path
from typing import Any

import polars as pl

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
