"""Numbers that are written as text, and the decimal mark that a table uses.

A column holds numbers if at least 95 % of its cells and 90 % of its distinct cells read as
numbers; the rest is unreadable. The second figure keeps `0, 1, 2, 3+` a category.

The decimal mark is the one under which most cells read. Where both do (`1,234`), it is a
comma if some column of the table can only be read with a comma and none only with a point;
else the comma separates thousands.
"""

from dataclasses import dataclass

import polars as pl

from labwright.parts.clean import written_number
from labwright.profile.cells import Cells, share_of

ROWS, VALUES = 0.95, 0.9
PLAIN = ""  # neither signs nor separators: a point at most
DIGITS = 15  # a Float64 keeps as many


@dataclass(frozen=True)
class Marks:
    """The readings under which the most cells of a column are numbers.

    Attributes:
        best: Of PLAIN, "." and ","; empty where the column holds no numbers.
        tells: Whether a point or a comma occurs, so that the readings differ.
    """

    best: frozenset[str]
    tells: bool = False


def marks_of(cells: Cells) -> Marks:
    """Try the three readings on a column of texts."""
    few = cells.sample(500)
    if share_of(few.values.str.contains("[0-9]")) < 0.5:
        return Marks(frozenset())  # most texts are known after a glance
    plain = cells.plain.is_not_null()
    tells = bool(cells.values.str.contains("[.,]").any())
    if plain.all() and not tells:
        return Marks(frozenset({PLAIN, ".", ","}))
    comma = read(few, ",").is_not_null()
    if plain.all() and not comma.all():
        return Marks(frozenset({PLAIN, "."}), tells)
    if max(share_of(comma), share_of(read(few, ".").is_not_null())) < 0.5:
        return Marks(frozenset())
    shares = {mark: cells.share(read(cells, mark).is_not_null()) for mark in ".,"}
    shares[PLAIN] = cells.share(plain)
    good = {
        mark: rows
        for mark, (rows, values) in shares.items()
        if rows >= ROWS and values >= VALUES
    }
    top = max(good.values(), default=0)
    return Marks(frozenset(mark for mark, rows in good.items() if rows == top), tells)


def read(cells: Cells, mark: str) -> pl.Series:
    """The distinct cells as numbers with signs and separators."""
    column = pl.col("cell")
    frame = cells.values.alias("cell").to_frame()
    return frame.select(written_number(column, mark)).to_series()


def comma_table(columns: list[Marks]) -> bool:
    """Whether the numbers of a table that tell it have a decimal comma."""
    telling = [marks.best for marks in columns if marks.best and marks.tells]
    return any(best == {","} for best in telling) and all(
        "," in best for best in telling
    )


def mark_of(marks: Marks, comma: bool) -> str:
    """The reading that is used: PLAIN, "." or ","."""
    if comma and marks.tells and "," in marks.best:
        return ","
    return next(mark for mark in (PLAIN, ".", ",") if mark in marks.best)


def is_code(cells: Cells) -> str | None:
    """Why a column of digits holds codes, not numbers; None where it holds numbers."""
    digits = cells.values.filter(cells.plain.is_not_null())
    if not digits.str.contains("^[0-9]+$").all():
        return None
    lengths = digits.str.len_chars()
    if share_of(lengths > DIGITS) >= 0.5:
        return f"more than {DIGITS} digits, which a number does not keep"
    zeros = digits.str.contains("^0[0-9]")
    if zeros.any() and (share_of(zeros) >= 0.01 or lengths.n_unique() == 1):
        return f"leading zeros, such as {digits.filter(zeros)[0]}"
    return None
