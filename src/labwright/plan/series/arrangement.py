"""How whole series stand in a table, and the same table with one row a series."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import polars as pl

from labwright.parts import arrange
from labwright.plan.outputs import class_names
from labwright.plan.recipe import RecipeChoice
from labwright.profile.facts import Column, TableProfile

Form = Literal["lists", "wide", "long"]


@dataclass(frozen=True)
class Arrangement:
    """Where the series are.

    Attributes:
        form: "lists" in cells, "wide" (a column a step), or "long" (a row a step).
        channels: For each channel the columns that hold it.
        reason: How it was recognised, with the figures.
        keys: Of a long table the column that names the series, and that of time if
            there is one.
        source: Facts of the table as it was read, where columns of numbers are made
            channels.
    """

    form: Form
    channels: Mapping[str, tuple[str, ...]]
    reason: str
    keys: tuple[str, ...] = ()
    source: TableProfile | None = field(default=None, repr=False, compare=False)

    @property
    def part(self) -> str:
        """The part that arranges such a table."""
        return f"arrange_{self.form}"

    @property
    def columns(self) -> list[str]:
        """Every column of steps."""
        return [name for columns in self.channels.values() for name in columns]


@dataclass(frozen=True, kw_only=True)
class SeriesChoice(RecipeChoice):
    """The recipe for series, and where they are."""

    arrangement: Arrangement


def arranged(table: TableProfile, found: Arrangement) -> TableProfile:
    """The facts of the table that the experiment makes of it, one row a series."""
    arrange_rows = getattr(arrange, found.part)
    channels = {name: list(columns) for name, columns in found.channels.items()}
    rows = arrange_rows(table.table, channels, list(found.keys))
    facts = {
        name: _channel(name, rows[name])
        if name in channels
        else _facts_again(table.columns[name], rows[name], name in found.keys)
        for name in rows.columns
    }
    compared = pl.DataFrame({name: rows[name] for name in channels})
    return replace(
        table,
        rows=len(rows),
        equal_rows=len(rows) - compared.hash_rows().n_unique(),
        columns=facts,
        table=rows,
        file_rows=_file_rows(table, found, rows),
    )


def _channel(name: str, lists: pl.Series) -> Column:
    return Column(
        name=name,
        dtype=str(lists.dtype),
        kind="series",
        why="a list of numbers a series",
        rows=len(lists),
        missing=lists.null_count(),
        distinct=lists.n_unique(),
    )


def _facts_again(old: Column, column: pl.Series, names_series: bool) -> Column:
    """What is known of a column that every step of a series repeated."""
    if len(column) == old.rows:
        return old
    known = column.drop_nulls()
    counted: dict[str, int] = {}
    if old.values:
        counted = dict(class_names(known).value_counts().sort("count").rows()[::-1])
    return replace(
        old,
        kind="identifier" if names_series else old.kind,
        why=f"it names the {len(column):,} series" if names_series else old.why,
        rows=len(column),
        missing=column.null_count(),
        distinct=known.n_unique(),
        values=tuple(counted.items()),
    )


def _file_rows(
    table: TableProfile, found: Arrangement, rows: pl.DataFrame
) -> tuple[int, ...]:
    """Series that begin in each file."""
    if found.form != "long":
        return table.file_rows
    names = table.table[found.keys[0]].alias("series")
    steps = pl.DataFrame({"series": names, "row": np.arange(len(names))})
    first = steps.drop_nulls().group_by("series").agg(pl.col("row").min())["row"]
    ends = np.cumsum(table.file_rows)
    files = np.searchsorted(ends, first.to_numpy(), side="right")
    return tuple(np.bincount(files, minlength=len(ends)).tolist())
