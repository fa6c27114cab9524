"""Dates in the spellings that people use."""

import polars as pl
import pytest

from labwright.profile.facts import Column
from labwright.profile.measure import measure


def columns(**cells: list[str]) -> dict[str, Column]:
    return dict(measure(pl.DataFrame(cells), ()).columns)


@pytest.mark.parametrize(
    ("cells", "form", "low"),
    [
        (["2024-03-04", "2024-12-31"], "%Y-%m-%d", "2024-03-04T00:00:00"),
        (["2024-03-04T10:00:00", "2025-03-04T10:00:00"], "%Y-%m-%dT%H:%M:%S", "2024-03-04T10:00:00"),
        (["2024-03-04 10:00", "2025-03-04 10:00"], "%Y-%m-%d %H:%M", "2024-03-04T10:00:00"),
        (["2024-03-04 10:00:00.5", "2025-03-04 10:00:00"], "%Y-%m-%d %H:%M:%S%.f", "2024-03-04T10:00:00.500"),
        (["2024-03-04T10:00:00Z", "2024-03-04T10:00:00+02:00"], "%Y-%m-%dT%H:%M:%S%#z", "2024-03-04T08:00:00"),
        (["2024-03-04 10:00:00 UTC", "2025-03-04 10:00:00 UTC"], "%Y-%m-%d %H:%M:%S UTC", "2024-03-04T10:00:00"),
        (["2024/03/04", "2024/12/31"], "%Y/%m/%d", "2024-03-04T00:00:00"),
        (["03/14/2024", "4/1/2024"], "%m/%d/%Y", "2024-03-14T00:00:00"),
        (["14/03/2024", "04/01/2024"], "%d/%m/%Y", "2024-01-04T00:00:00"),
        (["3/14/24 5:06 PM", "4/1/24 11:00 AM"], "%m/%d/%y %I:%M %p", "2024-03-14T17:06:00"),
        (["14.03.2024", "4.1.2024"], "%d.%m.%Y", "2024-01-04T00:00:00"),
        (["4 Mar 2024", "14 December 2024"], "%d %B %Y", "2024-03-04T00:00:00"),
        (["March 4, 2024", "Dec 14, 2024"], "%B %d, %Y", "2024-03-04T00:00:00"),
        (["Mon, 04 Mar 2024 10:00:00 +0000", "Tue, 05 Mar 2024 10:00:00 +0000"], "%A, %d %B %Y %H:%M:%S %#z", "2024-03-04T10:00:00"),
        (["04-Mar-24", "14-Dec-24"], "%d-%B-%y", "2024-03-04T00:00:00"),
        (["2024-03", "2024-12"], "%Y-%m", "2024-03-01T00:00:00"),
        (["Mar-24", "Dec-24"], "%B-%y", "2024-03-01T00:00:00"),
        (["Mar 2024", "Dec 2024"], "%B %Y", "2024-03-01T00:00:00"),
    ],
)  # fmt: skip
def test_spelling(cells, form, low):
    column = columns(d=cells)["d"]
    assert (column.kind, column.date_format) == ("date", form)
    assert (column.low, column.ambiguous_date, column.unreadable) == (low, False, 0)


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        (["03/04/2024", "05/06/2024"], "%m/%d/%Y"),
        (["03.04.2024", "05.06.2024"], "%d.%m.%Y"),
        (["03-04-2024", "05-06-2024"], "%d-%m-%Y"),
    ],
)
def test_what_cannot_be_told_is_guessed_and_said(cells, form):
    column = columns(d=cells)["d"]
    assert (column.date_format, column.ambiguous_date) == (form, True)
    assert "could be swapped" in column.why


def test_another_column_with_the_same_marks_decides():
    unsure = ["03/04/2024", "05/06/2024"]
    found = columns(a=unsure, b=["14/03/2024", "1/1/2024"], c=["1.2.2024", "3.4.2024"])
    assert (found["a"].date_format, found["a"].ambiguous_date) == ("%d/%m/%Y", False)
    assert found["c"].ambiguous_date


def test_whole_numbers_are_dates_only_if_all_are():
    packed = ["20240304", "20241231", "19991231", "20000101", "20230615"]
    assert columns(x=packed)["x"].date_format == "%Y%m%d"
    assert columns(date=packed[:2])["date"].kind == "date"
    assert columns(x=packed[:2])["x"].kind == "number"
    assert columns(x=[*packed, "20241301"])["x"].kind == "number"


def test_a_typo_is_unreadable():
    cells = [f"2024-01-{day:02d}" for day in range(1, 31)] + ["2024-02-30"]
    column = columns(d=cells)["d"]
    assert (column.kind, column.unreadable) == ("date", 1)


@pytest.mark.parametrize(
    "cell", ["10:30", "2024", "1.2.3", "192.168.10.12", "May", "3-4"]
)
def test_what_is_no_date(cell):
    assert columns(d=[cell, cell, "1"])["d"].kind != "date"
