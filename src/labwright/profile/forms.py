"""What the cells of each column hold, as it is told to `clean`."""

from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from labwright.profile import dates, numerals, spellings
from labwright.profile.cells import Cells, is_nested
from labwright.profile.names import DATE_WORDS, TIME_WORDS, says


@dataclass(frozen=True)
class Form:
    """How a column is written.

    Attributes:
        holds: What its cells are.
        decimal: Mark of numbers with signs or separators; None for plain ones.
        date_format: chrono format; "" for dates that are stored as such.
        ambiguous: Day and month could be swapped in every cell.
        code: Why cells of digits are texts: leading zeros, too many digits.
    """

    holds: Literal["numbers", "dates", "texts", "nested"]
    decimal: str | None = None
    date_format: str | None = None
    ambiguous: bool = False
    code: str | None = None


@dataclass(frozen=True)
class Forms:
    """The forms of a table's columns, and what spells a missing value in it."""

    columns: dict[str, Form]
    missing: list[str]


def forms_of(columns: list[Cells]) -> Forms:
    """Find out how a table is written: each column first, then what only all can tell."""
    candidates = {cells.name: spellings.candidates_in(cells) for cells in columns}
    known = [cells.without([*candidates[cells.name], cells.name]) for cells in columns]
    stored = {c.name: form for c in known if (form := stored_form(c)) is not None}
    texts = [cells for cells in known if cells.name not in stored]
    marks = {cells.name: numerals.marks_of(cells) for cells in texts}
    written = {
        cells.name: found
        for cells in texts
        if numerals.PLAIN not in marks[cells.name].best
        and (found := dates.spelling_of(cells)) is not None
    }
    comma = numerals.comma_table(
        [m for name, m in marks.items() if name not in written]
    )
    forms = stored.copy()
    for cells in texts:
        if cells.name in written:
            spelling, ambiguous = dates.settled(
                written[cells.name], list(written.values())
            )
            forms[cells.name] = Form("dates", date_format=spelling, ambiguous=ambiguous)
        elif marks[cells.name].best:
            mark = numerals.mark_of(marks[cells.name], comma)
            forms[cells.name] = number_form(cells, mark)
        else:
            forms[cells.name] = Form("texts")
    wordy = {
        name for name, form in forms.items() if form.holds == "texts" and not form.code
    }
    missing = spellings.missing_spellings(columns, candidates, wordy)
    return Forms({cells.name: forms[cells.name] for cells in columns}, missing)


def stored_form(cells: Cells) -> Form | None:
    """The form of a column that is stored typed, None for one of texts."""
    dtype = cells.column.dtype
    if is_nested(dtype):
        return Form("nested")
    if dtype == pl.String:
        return None
    if dtype in (pl.Date, pl.Datetime):
        return Form("dates", date_format="")
    if dtype in (pl.Boolean, pl.Time, pl.Null, pl.Categorical, pl.Enum):
        return Form("texts")
    if dtype.is_integer():
        return whole_form(cells)
    return Form("numbers")


def whole_form(cells: Cells) -> Form:
    """The form of whole numbers: dates such as 20240304, codes, or numbers."""
    if dates.is_packed(cells, says(cells.name, DATE_WORDS)):
        return Form("dates", date_format=dates.PACKED)
    texts = replace(cells, values=cells.texts)
    if (code := numerals.is_code(texts)) and not is_padded_time(texts):
        return Form("texts", code=code)
    return Form("numbers")


def number_form(cells: Cells, mark: str) -> Form:
    """The form of numbers that are written as text."""
    if mark != numerals.PLAIN:
        return Form("numbers", decimal=mark)
    return whole_form(cells)


def is_padded_time(cells: Cells) -> bool:
    """Whether two digits each are a part of a time, 01 to 12, by the column's name."""
    two = cells.texts.str.len_chars() == 2
    return says(cells.name, TIME_WORDS) and bool(two.all())
