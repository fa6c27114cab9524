"""Profiles of small frames, so that a decision is tested without files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from labwright.acquire.acquired import Acquired, Metadata, TableFile
from labwright.profile.facts import Column, Kind, Profile, TableProfile
from labwright.task.model import Source, Task


def kind_of(cells: pl.Series) -> Kind:
    distinct, rows = cells.n_unique(), len(cells)
    if cells.dtype.is_nested():
        return "list"
    if cells.dtype.is_temporal():
        return "date"
    if distinct <= 1:
        return "constant"
    if cells.name.lower() in ("id", "rownames") or cells.name.lower().endswith("_id"):
        return "identifier"
    if cells.dtype.is_numeric():
        return "number"
    if cells.dtype == pl.String and (cells.str.len_chars().mean() or 0) > 60:
        return "text"
    if distinct == rows and rows > 20:
        return "identifier"
    return "boolean" if distinct == 2 else "category"


def facts_of(cells: pl.Series) -> Column:
    known = cells.drop_nulls()
    kind = kind_of(known)
    numeric = known.dtype.is_numeric()
    values: tuple[tuple[str, int], ...] = ()
    if kind != "list":
        counted = known.rename("value").value_counts(sort=True, name="rows").head(256).rows()
        values = tuple((str(value), rows) for value, rows in counted)
    return Column(
        name=cells.name,
        dtype=str(cells.dtype),
        kind=kind,
        why="",
        rows=len(cells),
        missing=cells.null_count(),
        distinct=known.n_unique(),
        low=float(known.min()) if numeric and len(known) else None,
        high=float(known.max()) if numeric and len(known) else None,
        skew=known.skew() if numeric else None,
        whole=bool((known == known.floor()).all()) if numeric else None,
        values=values,
    )


def table_of(frame: pl.DataFrame, path: str = "data.csv") -> TableProfile:
    clean = frame.with_columns(
        pl.selectors.numeric().cast(pl.Float64),
        pl.selectors.boolean().cast(pl.String),
        pl.selectors.temporal().cast(pl.Datetime("us")),
    )
    file = TableFile(path, "read_csv", {"separator": ","}, tuple(frame.columns))
    return TableProfile(
        files=(file,),
        rows=len(frame),
        equal_rows=len(frame) - frame.n_unique(),
        columns={name: facts_of(clean[name]) for name in clean.columns},
        missing_spellings=("NA",),
        table=clean,
    )


def profile_of(
    *tables: TableProfile,
    metadata: Metadata | None = None,
    official: dict[str, str] | None = None,
) -> Profile:
    files = tuple(file for table in tables for file in table.files)
    acquired = Acquired(
        fetch="fetch_local",
        source="data",
        revision=None,
        files={file.path: "0" * 64 for file in files},
        unpacked="keep_files",
        tables=files,
        official=official or {},
        metadata=metadata or Metadata(),
        folder=Path("raw"),
        size=1,
        max_bytes=None,
    )
    return Profile(acquired, tables)


def task_of(output: str = "", **more: Any) -> Task:
    source = Source(type="local", identifier="data.csv")
    given = {"name": "task", "data_sources": (source,), "output_description": output}
    return Task(**(given | more))


@pytest.fixture
def table() -> Callable[..., TableProfile]:
    return table_of


@pytest.fixture
def profile() -> Callable[..., Profile]:
    return profile_of


@pytest.fixture
def task() -> Callable[..., Task]:
    return task_of
