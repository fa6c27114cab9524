"""What a loader and a profile rely on: the same cells give the same values, or an error."""

import datetime
import math
from decimal import Decimal

import polars as pl
import pytest

from labwright.parts.clean import clean


def numbers(cells: list[str | None], decimal: str | None = None) -> list[float | None]:
    written = {"n": decimal} if decimal else {}
    table = pl.DataFrame({"n": cells}, schema={"n": pl.String})
    return clean(table, ["n"], written, {}, [], ["", "NA"], 1.0)["n"].to_list()


def dates(cells: list[str | None], form: str) -> list[str | None]:
    table = pl.DataFrame({"d": cells}, schema={"d": pl.String})
    cleaned = clean(table, [], {}, {"d": form}, [], [""], 1.0)["d"]
    assert cleaned.dtype == pl.Datetime("us")
    return cleaned.dt.to_string("iso:strict").to_list()


def test_plain_numbers():
    cells = [" 1 ", "-2.5", "+3", "1e-3", ".5", "", "NA", "x", None]
    assert numbers(cells) == [1, -2.5, 3, 0.001, 0.5, None, None, None, None]


def test_every_number_is_finite():
    assert numbers(["nan", "inf", "-Infinity", "1e400", "1e308"]) == [None] * 4 + [
        1e308
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("$1,234.50", 1234.5),
        ("€ 3", 3),
        ("3 €", 3),
        ("US$ 5", 5),
        ("-$4", -4),
        ("$-4", -4),
        ("12 %", 12),
        ("(1,200)", -1200),
        ("($5)", -5),
        ("\N{MINUS SIGN}5", -5),
        ("1 234.5", 1234.5),
        ("1\N{NARROW NO-BREAK SPACE}234\N{NO-BREAK SPACE}567", 1234567),
        ("1'234", 1234),
        ("₹1,23,456", 123456),
        ("1e-3", 0.001),
        ("+3", 3),
        ("7", 7),
    ],
)
def test_numbers_as_people_write_them(cell, value):
    assert numbers([cell], ".") == [value]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1.234", 1234),
        ("€ 1.234.567,89", 1234567.89),
        ("12,5%", 12.5),
        ("-0,5", -0.5),
    ],
)
def test_a_decimal_comma(cell, value):
    assert numbers([cell], ",") == [value]


@pytest.mark.parametrize(
    ("cell", "decimal"),
    [
        ("1,2", "."),
        ("0,123", "."),
        ("1,2,3", "."),
        ("5 MPa", "."),
        ("10:30", "."),
        ("1.5", ","),
        ("10.20.30.400", ","),
        ("12.04.2024", ","),
        ("$", "."),
    ],
)
def test_what_is_no_number_is_not_made_one(cell, decimal):
    assert numbers([cell], decimal) == [None]


def test_typed_numbers():
    table = pl.DataFrame(
        {
            "int": [1, 2, None],
            "float": [math.nan, math.inf, 1.5],
            "bool": [True, False, None],
            "decimal": [Decimal("1.25"), None, Decimal(3)],
            "duration": [
                datetime.timedelta(minutes=1),
                None,
                datetime.timedelta(days=1),
            ],
            "code": pl.Series(["4", " NA ", "5"], dtype=pl.Categorical),
        }
    )
    # what is stored as a number is never unreadable
    cleaned = clean(table, table.columns, {"int": ","}, {}, [], ["NA"], 0.0)
    assert set(cleaned.dtypes) == {pl.Float64}
    assert cleaned.to_dict(as_series=False) == {
        "int": [1, 2, None],
        "float": [None, None, 1.5],
        "bool": [1, 0, None],
        "decimal": [1.25, None, 3],
        "duration": [60, None, 86_400],
        "code": [4, None, 5],
    }


@pytest.mark.parametrize(
    ("cell", "form", "moment"),
    [
        (" 2024-03-04 ", "%Y-%m-%d", "2024-03-04T00:00:00.000000"),
        ("2024-03-04T10:11:12.5", "%Y-%m-%dT%H:%M:%S%.f", "2024-03-04T10:11:12.500000"),
        ("2024-03-04T10:11:12Z", "%Y-%m-%dT%H:%M:%S%#z", "2024-03-04T10:11:12.000000"),
        (
            "2024-03-04T10:00:00+02",
            "%Y-%m-%dT%H:%M:%S%#z",
            "2024-03-04T08:00:00.000000",
        ),
        ("04.03.2024", "%d.%m.%Y", "2024-03-04T00:00:00.000000"),
        ("March 4, 2024", "%B %d, %Y", "2024-03-04T00:00:00.000000"),
        ("2024-03", "%Y-%m", "2024-03-01T00:00:00.000000"),
        ("Mar-24", "%b-%y", "2024-03-01T00:00:00.000000"),
        ("2024-13-04", "%Y-%m-%d", None),
    ],
)
def test_dates_as_people_write_them(cell, form, moment):
    assert dates([cell, None], form) == [moment, None]


def test_typed_dates_are_naive_utc():
    noon = datetime.datetime(2024, 3, 4, 12)
    table = pl.DataFrame({"day": [noon.date()], "plain": [noon]}).with_columns(
        zoned=pl.col("plain")
        .dt.replace_time_zone("Europe/Berlin")
        .dt.cast_time_unit("ns"),
        packed=pl.lit(20240304),
    )
    forms = {"day": "", "plain": "", "zoned": "", "packed": "%Y%m%d"}
    cleaned = clean(table, [], {}, forms, [], [], 0.0)
    midnight = datetime.datetime(2024, 3, 4)
    assert set(cleaned.dtypes) == {pl.Datetime("us")}
    assert cleaned.row(0) == (midnight, noon, noon.replace(hour=11), midnight)


def test_texts():
    table = pl.DataFrame(
        {
            "text": [" a ", "NA", ""],
            "bool": [True, None, False],
            "int": [7, 8, None],
            "enum": pl.Series(["x", "y", None], dtype=pl.Enum(["x", "y"])),
            "list": [[1], [], None],
        }
    )
    cleaned = clean(table, [], {}, {}, table.columns, ["", "NA"], 0.0)
    assert cleaned.to_dict(as_series=False) == {
        "text": ["a", None, None],
        "bool": ["true", None, "false"],
        "int": ["7", "8", None],
        "enum": ["x", "y", None],
        "list": [[1], [], None],
    }


def test_a_missing_spelling_is_missing_in_text_cells_of_every_kind():
    table = pl.DataFrame({"n": ["-999", "1"], "t": [" -999", "b"], "typed": [-999, 1]})
    cleaned = clean(table, ["n", "typed"], {}, {}, ["t"], ["-999"], 0.0)
    assert cleaned.rows() == [(None, -999, None), (1, 1, "b")]


@pytest.mark.parametrize("name", ["*", "^.*$", "", "a.b", 'quo"te', "{x}"])
def test_a_name_is_never_a_pattern(name):
    table = pl.DataFrame({name: ["1"], "other": ["2"]})
    assert clean(table, [name], {}, {}, [], [], 0.0).to_dict(as_series=False) == {
        name: [1.0]
    }


def test_columns_come_as_asked_and_each_once():
    table = pl.DataFrame({"a": ["1"], "b": ["2024-01-01"], "c": ["x"]})
    assert clean(table, ["a"], {}, {"b": "%Y-%m-%d"}, ["c"], [], 0).columns == [*"abc"]
    assert clean(table[:0], ["a"], {}, {"b": "%Y-%m-%d"}, ["c"], [], 0).shape == (0, 3)


def test_an_absent_column_is_named():
    with pytest.raises(ValueError, match=r"expected columns \['b'\], found \['a'\]"):
        clean(pl.DataFrame({"a": ["1"]}), ["b"], {}, {}, ["a"], [], 0.0)


def test_too_many_unreadable_cells_are_an_error_with_both_figures():
    table = pl.DataFrame(
        {"n": ["1", "2", "x", "NA"], "d": ["?", "2024-01-01", "", "y"]}
    )
    assert clean(table, ["n"], {}, {}, [], ["NA"], 0.25)["n"].null_count() == 2
    with pytest.raises(ValueError, match=r"numbers in 'n' .* 20.00% .* 1 of 4 .* 'x'"):
        clean(table, ["n"], {}, {}, [], ["NA"], 0.2)
    with pytest.raises(ValueError, match=r"dates in 'd' .* 2 of 4 unreadable"):
        clean(table, [], {}, {"d": "%Y-%m-%d"}, [], [""], 0.25)
