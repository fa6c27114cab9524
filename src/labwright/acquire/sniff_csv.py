"""How a text table is written: encoding, separator, quotes, header, first line.

All of it is judged on the first lines; what a column holds is the profile's business.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import polars as pl

from labwright.errors import ReadError
from labwright.parts.read_csv import as_polars_reads, csv_options, tidy_names

SAMPLE_ROWS = 1_000
KIND_ROWS = 200
# Rare ones first: where one of these divides every line evenly, it is no coincidence.
SEPARATORS = ("\t", "|", ";", ",")
MISSING = {"", "?", "-", "na", "n/a", "nan", "null", "none", "."}
NUMBER = re.compile(
    r"[-+(]?[$€£]?\s*\d[\d.,\s']*(?:e[-+]?\d+)?\s*[%€$)]?", re.IGNORECASE
)
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?|\d{1,2}:\d{2}(:\d{2})?")
YEARS = range(1800, 2201)
EXCEL_HINT = re.compile(r"sep=(.)\r?\n")


@dataclass(frozen=True)
class Rows:
    """The sample cut by one separator: the cells and the line each row starts after."""

    cells: list[list[str]]
    above: list[int]  # lines of the file above each row

    @property
    def width(self) -> int:
        """The most frequent number of cells."""
        counts = Counter(len(row) for row in self.cells)
        return max(counts, key=lambda width: (counts[width], width))

    @property
    def share(self) -> float:
        """Share of the rows that have just so many."""
        width = self.width
        return sum(len(row) == width for row in self.cells) / len(self.cells)


def sniff_csv(head: bytes, whole: bool, name: str) -> tuple[dict[str, Any], list[str]]:
    """Options for `read_csv` and the names of the columns.

    Args:
        head: The first bytes of the file.
        whole: Whether they are the whole file.
        name: Of the file, for errors; .csv and .tsv are never cut at blanks.

    Raises:
        ReadError: it is empty, or a row has more cells than there are columns.
    """
    encoding = encoding_of(head)
    text = sample_text(head.decode(encoding, errors="ignore"), whole, name)
    separator, quote, rows = divide(text, not name.lower().endswith((".csv", ".tsv")))
    reading: dict[str, Any] = {"separator": separator, "quote": quote}
    reading["encoding"] = encoding
    if "\r" in text and "\n" not in text:
        reading["line_end"] = "\r"
    rows, comment = without_comments(rows)
    if comment:
        reading["comment"] = comment
    first = 1 if EXCEL_HINT.match(text) else first_row(rows)
    if first == len(rows.cells):
        raise empty(name)
    skip = skipped_lines(rows, first, comment, text)
    columns = names_without_header(rows.cells[first:])
    if columns is not None:
        reading["columns"] = columns
        if len(rows.cells[first]) == len(columns) - 1:  # those of R, in `columns` now
            skip = rows.above[first + 1]
    if skip:
        reading["skip"] = skip
    refuse_ragged(rows, first, len(columns or rows.cells[first]), name)
    return reading, columns_read(text, reading, name)


def sample_text(text: str, whole: bool, name: str) -> str:
    """Whole lines, without a byte order mark."""
    text = text.removeprefix("\ufeff")
    if not whole:
        text = text[: text.rfind("\n") + 1] or text
    if not text.strip():
        raise empty(name)
    return text


def empty(name: str) -> ReadError:
    """What is said of a file without a line of a table."""
    return ReadError(
        f"a table in {name}", "an empty file", "Name another file.", key=name
    )


def divide(text: str, blanks: bool) -> tuple[str, str | None, Rows]:
    """The separator, the quote and the rows; blanks separate only where they may."""
    quote = quote_of(text)
    if hint := EXCEL_HINT.match(text):
        separator, rows = hint[1], cut(text, hint[1], quote)
    else:
        separator, rows = separate(text, quote, blanks)
    if quote in text and not has_quoted_cells(text, separator):
        return separator, None, cut(text, separator, None)
    return separator, quote, rows


def encoding_of(head: bytes) -> str:
    """A Python codec: by the byte order mark, by zero bytes, else UTF-8 or Windows."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in head[:1000]:
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    return "utf8" if is_utf8(head) else single_byte_encoding(head)


def is_utf8(head: bytes) -> bool:
    """Whether it decodes, but for a character that the end cuts off."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3 and error.reason == "unexpected end of data"
    return True


def single_byte_encoding(content: bytes) -> str:
    """Windows-1252, unless it has one of the five bytes that this leaves undefined."""
    undefined = (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")
    return "latin-1" if any(byte in content for byte in undefined) else "cp1252"


def quote_of(text: str) -> str:
    """Single quotes only where cells are wrapped in them and none in double ones."""
    wrapped = re.compile(r"(?:^|[,;\t|])\s*'[^'\n]*'\s*(?:$|[,;\t|])", re.MULTILINE)
    if '"' not in text and len(wrapped.findall(text)) > 1:
        return "'"
    return '"'


def has_quoted_cells(text: str, separator: str) -> bool:
    """Whether a cell starts with a quote; one inside (5" pipe) is a mere character."""
    before = r"\s" if separator == "whitespace" else re.escape(separator)
    return bool(re.search(rf"(?:^|{before})[\"']", text, re.MULTILINE))


def cut(text: str, separator: str, quote: str | None) -> Rows:
    """The first rows, empty ones left out; a last one that may be cut off too."""
    if separator == "whitespace":
        text, separator = as_polars_reads(text, blanks=True).decode(), "\t"
    rows = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=separator,
        quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    cells: list[list[str]] = []
    above: list[int] = []
    line = 0
    try:
        for row in rows:
            if row and len(cells) < SAMPLE_ROWS:
                cells.append(row)
                above.append(line)
            line = rows.line_num
    except csv.Error:  # a field over 128 KiB: a quote that is never closed
        pass
    return Rows(cells or [[text]], above or [0])


def separate(text: str, quote: str | None, blanks: bool) -> tuple[str, Rows]:
    """The separator that divides the rows most evenly, and the rows."""
    sample = "".join(text.splitlines(keepends=True)[: SAMPLE_ROWS + 1])
    candidates = {separator: cut(sample, separator, quote) for separator in SEPARATORS}
    if blanks and has_numbers(rows := cut(sample, "whitespace", quote)):
        candidates["whitespace"] = rows
    dividing = {key: rows for key, rows in candidates.items() if rows.width > 1}
    if not dividing:
        return ",", candidates[","]
    best = max(rows.share for rows in dividing.values())
    for separator, rows in dividing.items():
        if rows.share >= 0.95 * best and rows.share > 0.5:
            return separator, rows
    return ",", candidates[","]


def has_numbers(rows: Rows) -> bool:
    """Whether a column of some length holds numbers: words are not cells."""
    columns = zip(*(row for row in rows.cells if len(row) == rows.width), strict=True)
    usual = [
        usual_kind(list(cells[1:KIND_ROWS])) for cells in columns if len(cells) > 2
    ]
    return "number" in usual


def without_comments(rows: Rows) -> tuple[Rows, str | None]:
    """Rows but for comment lines, and how those start: none of them is as wide as a row."""
    for mark in ("#", "%", "//"):
        marked = [row[0].startswith(mark) for row in rows.cells]
        widths = {
            len(row) for row, is_one in zip(rows.cells, marked, strict=True) if is_one
        }
        if any(marked) and not all(marked) and rows.width not in widths:
            kept = [i for i, is_one in enumerate(marked) if not is_one]
            cells = [rows.cells[i] for i in kept]
            return Rows(cells, [rows.above[i] for i in kept]), mark
    return rows, None


def first_row(rows: Rows) -> int:
    """Of the table: the first of the usual width, or one short of it (R's row names)."""
    width = rows.width
    if width == 1:
        return 0
    for i, row in enumerate(rows.cells[:50]):
        names_rows = len(row) == width - 1 and len(rows.cells[i + 1 : i + 2]) == 1
        follows = names_rows and len(rows.cells[i + 1]) == width and "" not in row
        if len(row) == width or (
            follows and all(kind_of(cell) == "word" for cell in row)
        ):
            return i
    return 0


def skipped_lines(rows: Rows, first: int, comment: str | None, text: str) -> int:
    """Lines above the header that neither a comment mark nor emptiness explains."""
    above = rows.above[first]
    lines = text.splitlines()[:above]
    plain = [line for line in lines if not (comment and line.startswith(comment))]
    return above if plain else 0


def names_without_header(cells: list[list[str]]) -> list[str] | None:
    """Names for the columns where the first row has none; None where it has them all."""
    first, body = cells[0], cells[1:]
    width = len(body[0]) if body else len(first)
    if len(first) == width - 1:
        return ["column_1", *tidy_names(first)]  # R's write.table: row names unnamed
    if is_header(first, body):
        return None
    return [f"column_{i}" for i in range(1, width + 1)]


def is_header(first: list[str], body: list[list[str]]) -> bool:
    """Whether the first row names the columns.

    A row of data holds a number or a date where the rows below it do, or words that
    come back below it. Names may be numbers where they count up, as pandas' 0, 1, 2 do,
    or where they are years in their order and the row below them has none.
    """
    kinds = [kind_of(cell) for cell in first]
    below = [[row[i] for row in body if len(row) > i] for i in range(len(first))]
    kinds_below = [usual_kind(cells[:KIND_ROWS]) for cells in below]
    pairs = list(zip(kinds, kinds_below, strict=True))
    if any(kind != "word" and kind == usual for kind, usual in pairs):
        numbers = [
            cell for cell, kind in zip(first, kinds, strict=True) if kind != "word"
        ]
        under = [
            cells[0]
            for cells, kind in zip(below, kinds, strict=True)
            if cells and kind != "word"
        ]
        return counts_up(numbers) or (are_years(numbers) and not are_years(under))
    if any(kind == "word" and usual not in ("word", None) for kind, usual in pairs):
        return True
    known = [name for name in first if name.strip().lower() not in MISSING]
    if len(set(known)) < len(known):
        return False
    return not any(
        name in known and name in cells
        for name, cells in zip(first, below, strict=True)
    )


def kind_of(cell: str) -> str:
    """Number, date or word."""
    cell = cell.strip()
    if NUMBER.fullmatch(cell):
        return "date" if DATE.fullmatch(cell) else "number"
    return "date" if DATE.fullmatch(cell) else "word"


def usual_kind(cells: list[str]) -> str | None:
    """The kind of nine in ten of the cells that are not missing; None without any."""
    kinds = Counter(
        kind_of(cell) for cell in cells if cell.strip().lower() not in MISSING
    )
    if not kinds:
        return None
    kind, count = kinds.most_common(1)[0]
    return kind if count >= 0.9 * kinds.total() else "word"


def counts_up(cells: list[str]) -> bool:
    """Whether they are whole numbers that count up by one from 0, 1 or a year."""
    whole = whole_numbers(cells)
    steps = {b - a for a, b in pairwise(whole)}
    starts = bool(whole) and (whole[0] in (0, 1) or whole[0] in YEARS)
    return len(whole) == len(cells) > 1 and steps == {1} and starts


def are_years(cells: list[str]) -> bool:
    """Whether three or more of them are years, each after the one before, and no other."""
    whole = whole_numbers(cells)
    rise = all(a < b for a, b in pairwise(whole)) and all(
        year in YEARS for year in whole
    )
    return len(whole) == len(cells) > 2 and rise


def whole_numbers(cells: list[str]) -> list[int]:
    """Those that are written with digits alone, no more than a machine's number has."""
    written = [cell.strip() for cell in cells]
    return [int(cell) for cell in written if cell.isdecimal() and len(cell) < 19]


def refuse_ragged(rows: Rows, first: int, width: int, name: str) -> None:
    """Raise ReadError for the first row with more cells than columns."""
    for cells, above in zip(rows.cells[first:], rows.above[first:], strict=True):
        if len(cells) > width:
            raise ReadError(
                f"{width} cells in line {above + 1} of {name}, as in the line above it",
                f"{len(cells)}",
                "Quote cells that hold the separator, or correct the line.",
                key=f"{name}:{above + 1}",
            )


def columns_read(text: str, reading: dict[str, Any], name: str) -> list[str]:
    """The names that `read_csv` will give, from polars itself."""
    head = as_polars_reads(text, reading["separator"] == "whitespace")
    try:
        table = pl.read_csv(head, **csv_options(reading), n_rows=1)
    except pl.exceptions.PolarsError as error:
        raise ReadError(
            f"a table of text in {name}",
            f"in its first lines: {str(error).splitlines()[0]}",
            "Mend these lines, or name another file.",
            key=name,
        ) from error
    return tidy_names(table.columns)
