"""Which texts mean, in a table, that there is no value.

One list serves the whole table, as people write their files. What is missing beyond doubt
counts everywhere; what may be a value as well is decided by the columns that hold it:

- `NA` is a code, not a missing value, if each column that holds it has otherwise codes of
  two capitals, three or more of them (EU, AS; North America, Namibia);
- signs (`-`, `?`, `.`) are values where a column holds signs only (`+` and `-`);
- words (`None`, `unknown`) are missing if columns of numbers or dates hold them and no
  column of texts does, where they may be a category of their own.
"""

from collections.abc import Mapping

import polars as pl

from labwright.profile.cells import Cells

SURE = (
    *("N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "NaT"),
    *("NULL", "null", "Null", "(null)", "\\N", "#VALUE!", "#DIV/0!", "#NULL!"),
)
CODES = ("NA",)
SIGNS = ("?", "-", "--", "---", ".", "..")
WORDS = (
    *("None", "none", "NONE", "na", "n.a.", "N.A.", "nil", "Nil"),
    *("missing", "Missing", "MISSING", "unknown", "Unknown", "UNKNOWN"),
)
CANDIDATES = [*SURE, *CODES, *SIGNS, *WORDS]


def candidates_in(cells: Cells) -> list[str]:
    """The texts in a column that could mean that there is no value."""
    if not cells.is_text:
        return []
    return cells.values.filter(cells.values.is_in(CANDIDATES)).to_list()


def missing_spellings(
    columns: list[Cells], candidates: Mapping[str, list[str]], texts: set[str]
) -> list[str]:
    """Those that mean it in this table.

    Args:
        columns: Every column of the table.
        candidates: What `candidates_in` found in each.
        texts: The columns that hold neither numbers nor dates, candidates aside.
    """
    holders: dict[str, list[Cells]] = {}
    for cells in columns:
        for spelling in candidates[cells.name]:
            holders.setdefault(spelling, []).append(cells)
    return [
        s for s in CANDIDATES if s in holders and means_nothing(s, holders[s], texts)
    ]


def means_nothing(spelling: str, holders: list[Cells], texts: set[str]) -> bool:
    """Whether a spelling that some columns hold is a missing value there."""
    if spelling in CODES:
        return not all(holds_codes(c.values, spelling) for c in holders)
    if spelling in SIGNS:
        return not any(holds_signs(c.values, spelling) for c in holders)
    if spelling in WORDS:
        return not any(cells.name in texts for cells in holders)
    return True


def holds_codes(values: pl.Series, spelling: str) -> bool:
    """Whether all other values are codes of two capitals, and there are three or more."""
    others = values.filter(~values.is_in([spelling, *SURE]))
    return len(others) >= 3 and bool(others.str.contains("^[A-Z]{2}$").all())


def holds_signs(values: pl.Series, spelling: str) -> bool:
    """Whether there are other values, and none has a letter or a digit."""
    others = values.filter(~values.is_in([spelling, *SURE]))
    return len(others) > 0 and not others.str.contains(r"[\p{L}\p{N}]").any()
