"""A profile tells what a loader will see, whatever the table holds."""

import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labwright.parts.clean import clean
from labwright.parts.lists import number_lists, text_lists
from labwright.profile.facts import TableProfile
from labwright.profile.measure import measure


def profiled(**columns: list[object]) -> TableProfile:
    return measure(pl.DataFrame(columns, strict=False), ())


def as_it_is(column: pl.Series) -> pl.Series:
    return column


def as_the_loader_cleans(raw: pl.DataFrame, profile: TableProfile) -> pl.DataFrame:
    """The table that follows from nothing but the facts."""
    types = profile.table.schema
    numbers = [name for name in types if types[name] == pl.Float64]
    dates = [name for name in types if types[name] == pl.Datetime]
    facts = profile.columns
    cleaned = clean(
        raw,
        numbers=numbers,
        written={n: mark for n in numbers if (mark := facts[n].decimal) is not None},
        dates={n: facts[n].date_format or "" for n in dates},
        texts=[n for n in types if n not in numbers and n not in dates],
        missing=["", *profile.missing_spellings],
        max_unreadable=max((c.unreadable / c.rows for c in facts.values()), default=0),
    )
    read = {"series": number_lists, "tokens": text_lists}
    return pl.DataFrame(
        {name: read.get(facts[name].kind, as_it_is)(cleaned[name]) for name in types}
    )


def test_what_the_profile_saw_is_what_the_loader_yields():
    raw = pl.DataFrame(
        {
            "row": [str(i) for i in range(40)],
            "price": [f"${i},{i:03d}.50" for i in range(1, 41)],
            "code": [f"0{i:04d}" for i in range(40)],
            "when": [f"{i % 28 + 1:02d}/03/2024" for i in range(40)],
            "kind": ["a ", "b", "NA", "c"] * 10,
            "odd": [*(str(i) for i in range(39)), "x"],
            "list": [[1, 2]] * 40,
            "text": ['["a", "b"]', "[]"] * 20,
            "day": [datetime.date(2024, 1, 1)] * 20 + [None] * 20,
        }
    )
    profile = measure(raw, ())
    assert profile.table.columns == raw.columns
    assert profile.table.equals(as_the_loader_cleans(raw, profile))
    assert [str(dtype) for dtype in profile.table.dtypes] == [
        "String",
        "Float64",
        "String",
        "Datetime(time_unit='us', time_zone=None)",
        "String",
        "Float64",
        "List(Float64)",
        "List(String)",
        "Datetime(time_unit='us', time_zone=None)",
    ]


def test_figures_of_numbers():
    column = profiled(
        n=["1", "2", "NA", "2.0", "9", "4", "5", "6", "7", "8", "10"]
    ).columns["n"]
    assert (column.kind, column.dtype) == ("number", "String")
    assert (column.rows, column.missing, column.distinct) == (11, 1, 9)
    assert (column.low, column.high, column.median) == (1, 10, 5.5)
    assert column.mean == pytest.approx(5.4)
    assert profiled(n=["1", "1", "1", "5"]).columns["n"].skew == pytest.approx(
        2 / 3**0.5
    )
    assert (column.whole, column.decimal, column.unreadable) == (True, None, 0)
    assert column.missing_share == pytest.approx(1 / 11)


def test_figures_of_dates_and_texts():
    columns = profiled(
        when=["2024-03-04", "2023-01-01", ""],
        text=["ab", "abcd", "ab"],
        empty=[None] * 3,
    ).columns
    assert (columns["when"].low, columns["when"].high) == (
        "2023-01-01T00:00:00",
        "2024-03-04T00:00:00",
    )
    assert columns["when"].date_format == "%Y-%m-%d"
    assert columns["text"].mean_length == pytest.approx(8 / 3)
    assert columns["text"].values == (("ab", 2), ("abcd", 1))
    assert columns["empty"].kind == "constant"
    assert columns["empty"].missing == 3


def test_unreadable_cells_are_not_missing_ones():
    cells = [str(i) for i in range(50)] + ["x", "NA", ""]
    column = profiled(n=cells).columns["n"]
    assert (column.kind, column.missing, column.unreadable) == ("number", 2, 1)


def test_a_header_that_is_repeated_inside_is_unreadable():
    column = profiled(age=["1", "2", "3", "4", "age", "1", "2", "3", "4"]).columns[
        "age"
    ]
    assert (column.kind, column.unreadable) == ("number", 1)


def test_values_are_spelled_as_texts_of_the_loader():
    columns = profiled(
        written=["1.0", "0.0", "NA", "1.0"],
        typed=[1, 0, None, 1],
        flag=[True, False, None, True],
    ).columns
    assert columns["written"].values == (("1.0", 2), ("0.0", 1))
    assert columns["typed"].values == (("1", 2), ("0", 1))
    assert columns["flag"].values == (("true", 2), ("false", 1))


def test_at_most_256_values_are_kept_and_none_of_what_is_measured():
    many = [f"v{i % 300}" for i in range(900)]
    columns = profiled(
        c=many, n=[str(i % 300) for i in range(900)], x=[i / 7 for i in range(900)]
    )
    assert len(columns.columns["c"].values) == 256
    assert columns.columns["n"].values == columns.columns["x"].values == ()


def test_equal_rows_are_counted_without_identifiers():
    profile = profiled(
        id=[1, 2, 3, 4],
        x=["a", "a ", "b", None],
        y=[[1], [1], [1], [1]],
        z=[1.5, 1.5, 1.5, 1.5],
    )
    assert profile.equal_rows == 1
    assert profiled(id=[1, 2, 3]).equal_rows == 0


def test_figures_that_overflow_are_none():
    column = profiled(n=["1e308", "1e308", "-1e308", "3"]).columns["n"]
    assert (column.high, column.skew) == (1e308, None)


def test_one_row_and_very_long_names():
    profile = profiled(
        **{"x" * 5000: ["1"], "*": ["a"], "^.*$": ["2024-01-01"], "": [None]}
    )
    assert {c.kind for c in profile.columns.values()} == {"constant"}
    assert profile.table.row(0) == (1.0, "a", datetime.datetime(2024, 1, 1), None)


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        ["", "NA", "-", "None", "?", " ", "nan", "inf", "1e999", "yes", "no"]
    ),
    st.integers(-(10**20), 10**20).map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.datetimes().map(str),
    st.dates().map(lambda day: day.strftime("%d/%m/%Y")),
    st.from_regex(
        r"\(?[$€]? ?[0-9]{1,3}([.,][0-9]{3})*([.,][0-9]{1,2})? ?%?\)?", fullmatch=True
    ),
    st.from_regex(
        r"[0-9]{4}[-/.][0-9]{2}([-/.][0-9]{2})?( [0-9:]{4,8})?", fullmatch=True
    ),
    st.text(max_size=20),
)


@st.composite
def tables(draw: st.DrawFn) -> pl.DataFrame:
    names = draw(st.lists(st.text(max_size=8), min_size=1, max_size=4, unique=True))
    rows = draw(st.integers(1, 30))
    kinds = [
        draw(
            st.one_of(st.just(CELLS), st.lists(CELLS, min_size=1).map(st.sampled_from))
        )
        for _ in names
    ]
    return pl.DataFrame(
        {
            name: pl.Series(
                draw(st.lists(cells, min_size=rows, max_size=rows)), dtype=pl.String
            )
            for name, cells in zip(names, kinds, strict=True)
        }
    )


@settings(max_examples=60, deadline=None)
@given(tables())
def test_any_table_of_texts_is_profiled(raw):
    profile = measure(raw, ())
    assert profile.table.columns == raw.columns
    assert profile.table.equals(as_the_loader_cleans(raw, profile))
    for name, column in profile.columns.items():
        assert profile.table[name].null_count() == column.missing + column.unreadable
        assert column.why
        assert 0 <= column.distinct <= column.rows - column.missing
