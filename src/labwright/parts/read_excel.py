"""Read Excel and OpenDocument sheets."""

import logging
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl


def read_excel(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """The cells in their own types; a column of several types becomes text.

    Args:
        path: Of the workbook, or of a sheet in it: book.xlsx/Sheet2. A workbook alone
            means its first sheet that has cells.
        reading: "skip" (rows above the one with the names), optional.
    """
    logging.getLogger("fastexcel").setLevel(logging.ERROR)  # of columns without cells
    book, sheet = (path, "") if path.is_file() else (path.parent, path.name)
    table = pl.read_excel(
        book,
        sheet_name=sheet or filled_sheets(book)[0],
        engine="calamine",
        infer_schema_length=None,
        read_options={"header_row": reading.get("skip", 0)},
    )
    table.columns = [
        f"column_{i}" if name.startswith("__UNNAMED__") else name.strip()
        for i, name in enumerate(table.columns, start=1)
    ]
    return table


def filled_sheets(book: Path) -> list[str]:
    """Names of the sheets that have cells, in their order."""
    reader = fastexcel.read_excel(book)
    return [
        name
        for name in reader.sheet_names
        if reader.load_sheet(name, header_row=None, n_rows=1).height > 0
    ]
