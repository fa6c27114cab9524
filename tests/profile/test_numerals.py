"""Numbers hidden in strings, and which mark is the decimal one."""

import polars as pl
import pytest

from labwright.profile.facts import Column
from labwright.profile.measure import measure


def columns(**cells: list[str]) -> dict[str, Column]:
    longest = max(map(len, cells.values()))
    raw = {name: (c * longest)[:longest] for name, c in cells.items()}
    return dict(measure(pl.DataFrame(raw), ()).columns)


@pytest.mark.parametrize(
    ("cells", "decimal", "low"),
    [
        (["1.5", "2.25", "3"], None, 1.5),
        (["$1,234.50", "$20.00", "$3"], ".", 3),
        (["12 %", "7 %", "99 %"], ".", 7),
        (["1.234,5", "2,5", "30,25"], ",", 2.5),
        (["1 234,5", "2,5", "7"], ",", 2.5),
        (["1,234", "2,345", "9"], ".", 9),
        (["1,234", "2,345", "0,5"], ",", 0.5),
        (["1.234.567", "2.345.678", "1.000.000"], ",", 1_000_000),
        (["(1,200)", "300", "25"], ".", -1200),
    ],
)
def test_the_decimal_mark_is_told_by_the_cells(cells, decimal, low):
    column = columns(n=cells)["n"]
    assert (column.kind, column.decimal, column.low) == ("number", decimal, low)


def test_an_ambiguous_mark_is_told_by_the_table():
    unsure = ["1,234", "2,345", "9,876"]
    german, english = ["1,5", "2,25", "3,5"], ["1.5", "2.25", "3.5"]
    assert columns(n=unsure)["n"].low == 1234
    assert columns(n=unsure, other=english)["n"].low == 1234
    assert columns(n=unsure, other=german)["n"].low == 1.234
    assert columns(n=unsure, other=german, third=english)["n"].low == 1234
    assert columns(n=["1.234", "2.345", "9.876"])["n"].low == 1.234
    assert columns(n=["1.234", "2.345", "9.876"], other=german)["n"].low == 1234


def test_some_cells_may_be_unreadable_but_not_many():
    readable = [str(i) for i in range(97)]
    assert columns(n=[*readable, "x", "y", "z"])["n"].unreadable == 3
    assert columns(n=[*readable[:50], "x", "y", "z"])["n"].kind != "number"


@pytest.mark.parametrize("cell", ["02139", "00", "1234567890123456"])
def test_codes_stay_text(cell):
    table = measure(pl.DataFrame({"code": [cell, cell[::-1], cell]}), ()).table
    assert table["code"].to_list() == [cell, cell[::-1], cell]


def test_zero_itself_is_no_code():
    assert columns(n=["0", "10", "0.5"])["n"].kind == "number"
    assert columns(n=["0", "7", "100"])["n"].kind == "number"
