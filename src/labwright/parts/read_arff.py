"""Read ARFF, the format of Weka and OpenML."""

import re
from pathlib import Path
from typing import Any

import polars as pl


def read_arff(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """Every cell as text, `?` null; what a column holds is decided later.

    Args:
        path: Of the file.
        reading: "quote" (' or "), "separator" and "encoding", each optional.

    Raises:
        ValueError: the rows are sparse, {column value, …}, or have too many cells.
    """
    header, rows = split_arff(path.read_bytes().decode(reading.get("encoding", "utf8")))
    if rows.startswith("{"):
        raise ValueError(f"{path}: expected rows of cells, found sparse ones ({{…}}).")
    quote = reading.get("quote", "'")
    rows = rows.replace(f"\\{quote}", 2 * quote)  # an escaped quote, as polars reads it
    rows = re.sub(rf",[ \t]+(?={quote})", ",", rows)
    names = [name for name, kind in arff_attributes(header)]
    try:
        return pl.read_csv(
            rows.encode(),
            has_header=False,
            new_columns=names,
            separator=reading.get("separator", ","),
            quote_char=quote,
            null_values="?",
            infer_schema=False,
        )
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise ValueError(
            f"{path}: expected rows of {len(names)} cells, one for each attribute, "
            f"found: {reason}"
        ) from error


def split_arff(text: str) -> tuple[str, str]:
    """The header, and the rows without comments and empty lines."""
    header, _, rows = re.split(r"(?im)^(\s*@data\b.*)$", text, maxsplit=1)
    return header, re.sub(r"(?m)^\s*(%.*)?\n", "", rows).strip()


def arff_attributes(header: str) -> list[tuple[str, str]]:
    """Name and type of each attribute: ("class", "{good, bad}"), ("age", "REAL")."""
    quoted = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[^\s{]+"
    lines = re.findall(rf"(?im)^\s*@attribute\s+({quoted})\s*(.+?)\s*$", header)
    return [(re.sub(r"\\(.)", r"\1", name.strip("'\"")), kind) for name, kind in lines]
