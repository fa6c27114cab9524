"""Dates that are written as text, and which of day and month comes first.

A column holds dates if at least 95 % of its cells and 90 % of its distinct cells are dates
in one spelling, found from some of the cells and then tried on all of them. Where day and
month could be swapped in each cell, a column with the same marks decides; if none does, the
month is taken to be first between slashes and the day between points and hyphens, and the
column is marked as ambiguous.
"""

import re
from dataclasses import dataclass

import polars as pl

from labwright.parts.clean import as_date
from labwright.profile.cells import Cells
from labwright.profile.numerals import ROWS, VALUES

# How a day may be written, and its chrono formats; %B and %A also read short names.
MONTH = "[A-Za-z]{3,9}"
YEAR = r"[12]\d{3}"
DAYS = {
    rf"{YEAR}-\d{{1,2}}-\d{{1,2}}": ("%Y-%m-%d",),
    rf"{YEAR}/\d{{1,2}}/\d{{1,2}}": ("%Y/%m/%d",),
    rf"{YEAR}\.\d{{1,2}}\.\d{{1,2}}": ("%Y.%m.%d",),
    rf"\d{{1,2}}/\d{{1,2}}/{YEAR}": ("%m/%d/%Y", "%d/%m/%Y"),
    rf"\d{{1,2}}\.\d{{1,2}}\.{YEAR}": ("%d.%m.%Y", "%m.%d.%Y"),
    rf"\d{{1,2}}-\d{{1,2}}-{YEAR}": ("%d-%m-%Y", "%m-%d-%Y"),
    r"\d{1,2}/\d{1,2}/\d{2}": ("%m/%d/%y", "%d/%m/%y"),
    r"\d{1,2}\.\d{1,2}\.\d{2}": ("%d.%m.%y", "%m.%d.%y"),
    r"\d{1,2}-\d{1,2}-\d{2}": ("%d-%m-%y", "%m-%d-%y"),
    rf"\d{{1,2}} {MONTH} {YEAR}": ("%d %B %Y",),
    rf"\d{{1,2}}-{MONTH}-{YEAR}": ("%d-%B-%Y",),
    rf"\d{{1,2}}-{MONTH}-\d{{2}}": ("%d-%B-%y",),
    rf"{MONTH} \d{{1,2}}, {YEAR}": ("%B %d, %Y",),
    rf"{MONTH} \d{{1,2}} {YEAR}": ("%B %d %Y",),
    rf"{YEAR}-\d{{1,2}}": ("%Y-%m",),
    rf"{YEAR}/\d{{1,2}}": ("%Y/%m",),
    rf"\d{{1,2}}/{YEAR}": ("%m/%Y",),
    rf"{MONTH} {YEAR}": ("%B %Y",),
    rf"{MONTH}-{YEAR}": ("%B-%Y",),
    rf"{MONTH}-\d{{2}}": ("%B-%y",),
}
WRITTEN = re.compile(
    r"(?P<weekday>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*(?P<comma>,?) )?"
    r"(?P<day>[\w ,./-]*?\d)"
    r"(?:(?P<between>T| |, )(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2})?"
    r"(?P<fraction>\.\d+)?(?P<half> ?[AaPp][Mm])?"
    r"(?P<zone> ?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?"
)
PACKED = "%Y%m%d"
GLANCE, SAMPLE = 20, 500


@dataclass(frozen=True)
class Spelling:
    """How the dates of a column are written.

    Attributes:
        format: chrono format, the likeliest.
        other: The one with day and month swapped, where it reads as many cells.
        share: Of the rows that it reads.
    """

    format: str
    other: str | None
    share: float


def spelling_of(cells: Cells) -> Spelling | None:
    """The spelling that reads a column of texts, None where it holds no dates."""
    glance = cells.sample(GLANCE).texts
    formats = list(dict.fromkeys(f for text in glance for f in formats_of(text)))
    few = cells.sample(SAMPLE)
    good = [f for f in formats if is_good(shares(few, f))]
    figures = {f: shares(cells, f) for f in good}
    good = [f for f in good if is_good(figures[f])]
    if not good:
        return None
    best = max(good, key=lambda f: figures[f][0])  # the first of equals
    other = swapped(best)
    equal = other in figures and figures[other][0] == figures[best][0]
    return Spelling(best, other if equal else None, figures[best][0])


def formats_of(text: str) -> list[str]:
    """The chrono formats that could have written a text."""
    written = WRITTEN.fullmatch(text)
    if written is None:
        return []
    before = f"%A{written['comma']} " if written["weekday"] else ""
    after = time_format(written) if written["hour"] else ""
    fitting = (DAYS[day] for day in DAYS if re.fullmatch(day, written["day"]))
    return [before + form + after for forms in fitting for form in forms]


def time_format(written: re.Match[str]) -> str:
    """The chrono format of what stands behind the day."""
    half, zone = written["half"] or "", written["zone"] or ""
    blank = " " if zone.startswith(" ") else ""
    return "".join(
        (
            written["between"],
            "%I:%M" if half else "%H:%M",
            ":%S" if written["second"] else "",
            "%.f" if written["fraction"] else "",
            half[:-2] + "%p" if half else "",
            zone if zone.strip() in ("", "UTC", "GMT") else f"{blank}%#z",
        )
    )


def shares(cells: Cells, form: str) -> tuple[float, float]:
    """Share of the rows and of the distinct cells that a format reads."""
    moments = as_date(pl.col("cell"), pl.String(), form)
    frame = cells.texts.alias("cell").to_frame()
    return cells.share(frame.select(moments).to_series().is_not_null())


def is_good(share: tuple[float, float]) -> bool:
    """Whether that many cells are enough for the column to hold dates."""
    return share[0] >= ROWS and share[1] >= VALUES


def swapped(form: str) -> str | None:
    """The format with day and month swapped, None where they cannot be mistaken."""
    return form.translate(str.maketrans("dm", "md")) if mark_of(form) else None


def settled(spelling: Spelling, others: list[Spelling]) -> tuple[str, bool]:
    """The format that is used, and whether day and month stay ambiguous.

    `others` are the spellings of the whole table: those with the same mark between day and
    month, and without a doubt, decide for all of them if they agree.
    """
    if spelling.other is None:
        return spelling.format, False
    told = {
        is_day_first(other.format)
        for other in others
        if other.other is None and mark_of(other.format) == mark_of(spelling.format)
    }
    if len(told) != 1:
        return spelling.format, True
    swap = told.pop() != is_day_first(spelling.format)
    return (spelling.other if swap else spelling.format), False


def is_day_first(form: str) -> bool:
    """Whether the day stands before the month."""
    return form.index("%d") < form.index("%m")


def mark_of(form: str) -> str | None:
    """What stands between day and month, None where they cannot be mistaken."""
    found = re.search(r"%[dm]([/.-])%[dm]\1%[yY]", form)
    return found[1] if found else None


def is_packed(cells: Cells, name_says_date: bool) -> bool:
    """Whether whole numbers are dates such as 20240304.

    All are valid dates from 1900 to 2100, and the name says so or there are five or more:
    of numbers that only look so, at most one in 25 is a date.
    """
    if not cells.plain.is_between(19_000_101, 21_001_231).all():
        return False
    enough = len(cells.values) >= 5 or (len(cells.values) > 0 and name_says_date)
    return enough and shares(cells, PACKED)[0] == 1.0
