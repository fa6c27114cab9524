"""What a good colleague would call each column."""

import datetime
import random

import polars as pl
import pytest

from labwright.profile.facts import Column
from labwright.profile.measure import measure

ROWS = 60
dice = random.Random(0)


def column(cells: list[object] | pl.Series, name: str = "column") -> Column:
    """The facts of a column that is not the first of its table."""
    raw = pl.DataFrame(
        {"first": ["a", "b"] * (len(cells) // 2), name: cells}, strict=False
    )
    return measure(raw, ()).columns[name]


def some(values: list[object]) -> list[object]:
    return [values[i % len(values)] for i in range(ROWS)]


def each(pattern: str) -> list[str]:
    return [pattern.format(dice.randrange(10**6, 10**7)) for _ in range(ROWS)]


SHUFFLED = dice.sample(range(1, ROWS + 1), ROWS)
STEPS = [str(100 + i * i) for i in range(ROWS)]


@pytest.mark.parametrize(
    ("kind", "name", "cells"),
    [
        ("constant", "region", some(["x"])),
        ("constant", "empty", some(["", "NA", None])),
        ("category", "flag", some(["Y", ""])),
        ("boolean", "b", some(["Yes", "no"])),
        ("boolean", "b", some(["t", "f", "NA"])),
        ("boolean", "b", some([True, False])),
        ("boolean", "b", some(["0", "1"])),
        ("boolean", "b", some([1.0, 0.0, None])),
        ("boolean", "b", some(["1", "0", "1.0"])),
        ("number", "n", some(["1", "2"])),
        ("number", "rating", some(["1", "2", "3", "4", "5"])),
        ("number", "year", [str(1950 + i) for i in range(ROWS)]),
        ("number", "t", [str(i) for i in range(ROWS)]),
        ("number", "rank", [str(i) for i in SHUFFLED]),
        ("number", "price", [f"${cell}" for cell in SHUFFLED]),
        ("number", "x", [str(i + 0.5) for i in range(ROWS)]),
        ("number", "timestamp", [str(1_700_000_000 + 60 * i) for i in range(ROWS)]),
        ("number", "later", STEPS),
        ("number", "body_mass_index", each("{}")),
        ("number", "humid", each("{}")),
        ("number", "hour", [f"{i % 24:02d}" for i in range(ROWS)]),
        ("identifier", "column", [str(i) for i in range(ROWS)]),
        ("identifier", "column", SHUFFLED),
        ("identifier", "rownames", each("{}")),
        ("identifier", "Unnamed: 0", [str(i) for i in range(ROWS)]),
        ("identifier", "PassengerId", each("{}")),
        ("identifier", "customerid", each("{}")),
        ("identifier", "user_id", some(["17", "23", "5"])),
        ("identifier", "Subject", some([str(300 + i) for i in range(12)])),
        ("identifier", "patient", some([f"P{i:03d}" for i in range(12)])),
        ("identifier", "ticket", each("A{}")),
        ("identifier", "zip", each("0{}")),
        ("identifier", "phone", each("12345678{}9")),
        ("identifier", "key", each("{}0-1a2b-3c4d-5e6f-123456789abc")),
        ("category", "type_id", some(["a", "b", "c"])),
        ("category", "zip", some(["02139", "10001", "94105"])),
        (
            "category",
            "account",
            some([12345678901234567, 22345678901234567, 32345678901234567]),
        ),
        ("category", "doors", some(["2", "3", "4", "5+"])),
        ("category", "state", some(["KS", "OH", "NJ", "WV"])),
        ("category", "clock", some(["10:30", "11:00", "12:45"])),
        ("category", "health", some(["1. Good", "2. Very good"])),
        (
            "category",
            "answer",
            some(["no, I do not think that it is so", "yes, very much so"]),
        ),
        ("text", "review", each("it was {} times as good as I had thought")),
        (
            "text",
            "name",
            [f"Mr. {''.join(dice.choices('abcdef', k=9))}" for _ in range(ROWS)],
        ),
        ("date", "when", some(["2024-03-04", "2024-03-05"])),
        ("date", "when", some([datetime.date(2024, 3, 4), datetime.date(2024, 3, 5)])),
        ("date", "when", some([20240304, 20240305])),
        ("tokens", "tags", some([["a"], ["b", "c"]])),
        ("media", "image", some([{"bytes": b"\xff\xd8\xff1", "path": "a.jpg"}, None])),
        ("media", "audio", some([{"bytes": b'fLaC\0\0\0"', "path": "b.flac"}])),
        ("list", "pickle", some([{"bytes": b"\x80\x04", "path": None}, None])),
        ("tokens", "tags", some(['["a"]', '["b", "c"]', ""])),
        ("series", "x", some([[1, 2], [3, 4, None]])),
        ("series", "x", pl.Series(some([[1.0, 2.0]]), dtype=pl.Array(pl.Float32, 2))),
        ("series", "x", some(["[1, 2.5]", "[3, NaN, null]", "[]"])),
        ("list", "mixed", some(['["a", 1]', "[2]"])),
        ("list", "empty", some(["[]", "[ ]"])),
        ("list", "grid", some([[[1, 2], [3, 4]]])),
        ("list", "nested", some([{"a": 1}, {"a": 2}])),
        ("path", "image", each("images/{}.JPG")),
    ],
)
def test_kind(kind, name, cells):
    found = column(cells, name)
    assert found.kind == kind, found.why


def test_a_column_that_is_stored_as_categories_holds_categories():
    cells = pl.Series("grade", some(["1", "2", "3"]), dtype=pl.Categorical)
    assert column(cells, "grade").kind == "category"


def test_rising_whole_numbers_identify_only_in_the_first_column():
    table = pl.DataFrame({"a": STEPS, "b": STEPS})
    columns = measure(table, ()).columns
    assert [columns["a"].kind, columns["b"].kind] == ["identifier", "number"]


def test_in_a_short_table_counting_up_says_little():
    assert column([str(i) for i in range(10)]).kind == "number"


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        (some(["1", "2", "3", "4", "5", "-999"]), "-999 in 10 rows lies apart"),
        (some(["1", "2", "3", "4", "5", "9999"]), "9999 in 10 rows lies apart"),
    ],
)
def test_a_number_that_may_mean_missing_is_told_and_kept(cells, note):
    found = column(cells)
    assert note in found.why
    assert found.missing == 0


@pytest.mark.parametrize(
    "cells", [some(["-99", "-98", "-3", "0", "5"]), some(["97", "98", "99", "9", "1"])]
)
def test_a_number_among_its_like_is_not(cells):
    assert "missing" not in column(cells).why


def test_the_reason_has_the_figures():
    assert (
        column(some(["1", "2", "3"])).why
        == "whole numbers from 1 to 3, only 3 distinct"
    )
    assert column(some(["b", "a", "c"])).why == "3 distinct values in 60 rows"
    assert column(some(["no", "yes"])).why == "2 distinct values: no and yes"
    assert column(some(["02139", "10001", "94105"])).leading_zeros
