"""Profiles of small frames, so that a decision is tested without files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from labwright.acquire.acquired import Acquired, Metadata, TableFile
from labwright.profile.facts import Profile, TableProfile
from labwright.profile.measure import measure
from labwright.task.model import Source, Task


def table_of(frame: pl.DataFrame, path: str = "data.csv") -> TableProfile:
    file = TableFile(path, "read_csv", {"separator": ","}, tuple(frame.columns))
    return replace(measure(frame, (file,)), file_rows=(len(frame),))


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
