"""A table as it was read, to its facts and the cleaned table.

What is decided (how cells are written, what a column is) is decided on its distinct cells;
the figures are measured on the table that `clean` makes of it, the same that an experiment
loads.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from labwright.acquire.acquired import TableFile
from labwright.parts.clean import clean
from labwright.parts.lists import number_lists, text_lists
from labwright.profile import numerals
from labwright.profile.cells import Cells, cells_of
from labwright.profile.facts import LISTS, Column, TableProfile
from labwright.profile.forms import Form, forms_of
from labwright.profile.kinds import Finding, is_whole, kind_of

MOST_VALUES = 256  # of which Column.values keeps the counts
MOST_DISTINCT = 10_000  # in a column of which any are kept
ISO = "%Y-%m-%dT%H:%M:%S%.f"


@dataclass(frozen=True)
class Written:
    """All that is known of a column from its distinct cells."""

    cells: Cells
    form: Form
    finding: Finding

    @cached_property
    def numbers(self) -> np.ndarray:
        """The distinct cells that can be read as numbers."""
        return numbers(self.cells, self.form).drop_nulls().to_numpy()

    @property
    def is_number(self) -> bool:
        """Whether the cleaned column is numbers; an identifier of digits is text."""
        return self.form.holds == "numbers" and self.finding.kind != "identifier"

    @property
    def is_text(self) -> bool:
        """Whether the cleaned column is text."""
        return self.form.holds in ("texts", "numbers") and not self.is_number


def measure(
    raw: pl.DataFrame,
    files: tuple[TableFile, ...],
    kept: pl.Series | None = None,
) -> TableProfile:
    """The facts of one table, (rows, columns) as its reader gives it.

    `kept` leaves rows out of the facts; how cells are written is decided on all of them.
    """
    every = [cells_of(column) for column in raw]
    forms = forms_of(every)
    if kept is not None:
        raw = raw.filter(kept)
        every = [cells_of(column) for column in raw]
    columns = []
    for i, cells in enumerate(every):
        known, form = cells.without(forms.missing), forms.columns[cells.name]
        columns.append(
            Written(known, form, kind_of(known, form, numbers(known, form), i == 0))
        )
    table = cleaned(raw, columns, forms.missing)
    figures = figures_of(table)
    return TableProfile(
        files=files,
        rows=len(raw),
        equal_rows=equal_rows(table, columns),
        columns={c.cells.name: column_of(c, figures[c.cells.name]) for c in columns},
        missing_spellings=tuple(forms.missing),
        table=table,
    )


def numbers(cells: Cells, form: Form) -> pl.Series:
    """The distinct cells as numbers, by the reading that the column's form says."""
    return numerals.read(cells, form.decimal) if form.decimal else cells.plain


def cleaned(
    raw: pl.DataFrame, columns: list[Written], missing: list[str]
) -> pl.DataFrame:
    """The table by the part that the experiment calls, in the order of its columns."""
    held = {c.cells.name: c for c in columns}
    figures = {name: c.form for name, c in held.items() if c.is_number}
    dates = {name: c.form for name, c in held.items() if c.form.holds == "dates"}
    table = clean(
        raw,
        numbers=list(figures),
        written={name: form.decimal for name, form in figures.items() if form.decimal},
        dates={name: form.date_format or "" for name, form in dates.items()},
        texts=[name for name in held if name not in figures and name not in dates],
        missing=["", *missing],
        max_unreadable=1.0,
    )
    lists = {"series": number_lists, "tokens": text_lists}
    return pl.DataFrame(
        {
            name: read(table[name])
            if (read := lists.get(held[name].finding.kind))
            else table[name]
            for name in raw.columns
        }
    )


def figures_of(table: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Figures of the columns of a cleaned table that only all rows can tell, in one pass."""
    wanted = []
    for i, (name, dtype) in enumerate(table.schema.items()):
        column = pl.selectors.by_name(name).as_expr()
        low, high = column.min(), column.max()
        if dtype == pl.Datetime:  # as text, since Python has no year 0
            low, high = (moment.dt.strftime(ISO) for moment in (low, high))
        figures = {"absent": column.null_count()}
        if dtype in (pl.Float64, pl.Datetime):
            figures |= {"low": low, "high": high}
        if dtype == pl.Float64:
            figures |= {"mean": column.mean(), "median": column.median()}
            figures |= {"skew": column.skew()}
        named = [figure.alias(key) for key, figure in figures.items()]
        wanted.append(pl.struct(named).alias(str(i)))
    return dict(zip(table.columns, table.select(wanted).row(0), strict=True))


def column_of(written: Written, figures: dict[str, Any]) -> Column:
    """The facts of one column."""
    cells, form, finding = written.cells, written.form, written.finding
    is_number, missing = written.is_number, cells.rows - cells.given
    return Column(
        name=cells.name,
        dtype=str(cells.column.dtype),
        kind=finding.kind,
        why=finding.why,
        rows=cells.rows,
        missing=missing,
        distinct=distinct(written),
        low=figures.get("low"),
        high=figures.get("high"),
        mean=finite(figures.get("mean")),
        median=finite(figures.get("median")),
        skew=finite(figures.get("skew")),
        whole=is_whole(written.numbers) if is_number and cells.given else None,
        decimal=form.decimal if is_number else None,
        date_format=form.date_format or None,
        ambiguous_date=form.ambiguous,
        unreadable=figures["absent"] - missing,
        leading_zeros=form.code is not None and "zeros" in form.code,
        mean_length=mean_length(cells) if written.is_text else None,
        values=most_frequent(written),
    )


def distinct(written: Written) -> int:
    """How many values differ: 1 and 1.0 are one number, but two texts."""
    if written.form.holds == "nested":
        return written.cells.column.drop_nulls().n_unique()
    return len(
        np.unique(written.numbers) if written.is_number else written.cells.values
    )


def mean_length(cells: Cells) -> float | None:
    """Characters of a text on average over the rows."""
    lengths = cells.texts.str.len_chars().fill_null(0).to_numpy()
    return float(np.average(lengths, weights=cells.counts)) if cells.given else None


def finite(value: float | None) -> float | None:
    """A figure, None where it overflows or has no meaning."""
    return value if value is not None and math.isfinite(value) else None


def most_frequent(written: Written) -> tuple[tuple[str, int], ...]:
    """Values with their rows, where they are names of something and not measurements."""
    cells, kind = written.cells, written.finding.kind
    distinct = len(cells.values)
    if kind == "number" and (distinct > MOST_VALUES or not is_whole(written.numbers)):
        return ()
    if kind in ("date", "path", *LISTS) or distinct > MOST_DISTINCT:
        return ()
    if kind == "identifier" and distinct == cells.given:
        return ()
    table = pl.DataFrame({"value": cells.texts, "rows": cells.counts})
    table = table.sort("rows", "value", descending=[True, False]).head(MOST_VALUES)
    return tuple(table.iter_rows())


def equal_rows(table: pl.DataFrame, columns: list[Written]) -> int:
    """Rows that equal an earlier one in all columns but identifiers that never repeat.

    Rows are compared by 64-bit hashes: two that differ are taken for equal once in
    thousands of tables of a hundred million rows.
    """
    compared = {
        c.cells.name: table[c.cells.name]
        for c in columns
        if c.finding.kind != "identifier" or len(c.cells.values) < c.cells.given
    }
    if not compared:
        return 0
    return len(table) - pl.DataFrame(compared).hash_rows().n_unique()
