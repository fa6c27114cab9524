"""What differs in a column: each distinct cell once, with the rows that it stands in.

Everything that is decided on how cells are written is decided on these, which is exact
and as a rule a hundred times less work than to look at every row.
"""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from labwright.parts.clean import trim, without

TEXTS = (pl.String, pl.Categorical, pl.Enum)


@dataclass(frozen=True, eq=False)
class Cells:
    """Distinct cells of one column, without missing ones.

    Attributes:
        column: As it was read, one cell a row.
        values: The cells that differ, text trimmed; empty for lists and other nestings.
        counts: Rows of each of `values`.
    """

    column: pl.Series
    values: pl.Series
    counts: pl.Series

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def is_text(self) -> bool:
        """Whether the cells are text, so that what they hold is still to be found out."""
        return isinstance(self.column.dtype, TEXTS)

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return len(self.column)

    @cached_property
    def given(self) -> int:
        """Rows that hold a value."""
        if is_nested(self.column.dtype):
            return self.rows - self.column.null_count()
        return int(self.counts.sum())

    @cached_property
    def plain(self) -> pl.Series:
        """`values` as plain numbers, null where one is none or is not finite."""
        dtype = self.values.dtype
        if dtype.is_numeric() or dtype in (pl.String, pl.Boolean):
            numbers = self.values.cast(pl.Float64, strict=False)
            return numbers.set(~numbers.is_finite(), None)
        return pl.Series([None] * len(self.values), dtype=pl.Float64)

    @cached_property
    def texts(self) -> pl.Series:
        """`values` as the texts that `clean` makes of them."""
        return self.values.cast(pl.String, strict=False)

    def without(self, spellings: list[str]) -> "Cells":
        """The same cells but for those texts, which mean that there is no value."""
        if not self.is_text:
            return self
        kept = ~self.values.is_in(spellings)
        return Cells(self.column, self.values.filter(kept), self.counts.filter(kept))

    def sample(self, size: int) -> "Cells":
        """At most `size` of the distinct cells, evenly spaced in their order."""
        if len(self.values) <= size:
            return self
        step = -(-len(self.values) // size)
        return Cells(
            self.column, self.values.gather_every(step), self.counts.gather_every(step)
        )

    def share(self, chosen: pl.Series) -> tuple[float, float]:
        """Share of the rows, and of the distinct cells, where `chosen` is True."""
        rows = int(self.counts.filter(chosen).sum())
        return rows / (self.given or 1), share_of(chosen)


def cells_of(column: pl.Series) -> Cells:
    """Count the distinct cells of a column."""
    if is_nested(column.dtype):
        empty = pl.Series(column.name, [], dtype=pl.String)
        return Cells(column, empty, pl.Series([], dtype=pl.UInt32))
    cell = pl.col("cell")
    counted = column.alias("cell").value_counts(name="rows")
    tidy = counted.select(trim(cell, column.dtype), "rows").with_columns(without([""]))
    tidy = tidy.drop_nulls()
    if isinstance(column.dtype, TEXTS):  # " a" and "a" are one
        tidy = tidy.group_by("cell").agg(pl.col("rows").sum())
    tidy = tidy.sort("cell")  # so that a sample is the same in every run
    return Cells(column, tidy["cell"].alias(column.name), tidy["rows"])


def is_nested(dtype: pl.DataType) -> bool:
    """Whether cells hold more than one value, or bytes."""
    return dtype.is_nested() or dtype == pl.Binary


def share_of(chosen: pl.Series) -> float:
    """Share of the cells of a boolean series that are True; 0 where it has none."""
    return len(chosen.arg_true()) / (len(chosen) or 1)
