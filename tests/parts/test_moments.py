"""However a table says when a row was, it is one number a row."""

from datetime import datetime

import polars as pl

from labwright.parts.moments import (
    moment_of_date,
    moment_of_number,
    moment_of_parts,
    moment_of_place,
)
from labwright.parts.steps import (
    dates_of_moments,
    even_moments,
    even_steps,
    month_moments,
    month_steps,
    numbers_of_moments,
    weekday_moments,
    weekday_steps,
)

DAY = 86_400.0


def test_dates_are_seconds_since_1970():
    table = pl.DataFrame({"when": [datetime(1970, 1, 2), None]})
    assert moment_of_date(table, {"date": "when"}, []).to_list() == [DAY, None]


def test_an_hour_beside_a_date_counts():
    table = pl.DataFrame({"when": [datetime(1970, 1, 2)] * 2, "hr": [0.0, 3.0]})
    time = {"date": "when", "hour": "hr"}
    assert moment_of_date(table, time, []).to_list() == [DAY, DAY + 3 * 3_600]


def test_year_and_month_begin_at_their_first_day():
    table = pl.DataFrame({"y": [1970.0, 1970.0, None], "m": [1.0, 2.0, 3.0]})
    found = moment_of_parts(table, {"year": "y", "month": "m"}, [])
    assert found.to_list() == [0.0, 31 * DAY, None]


def test_a_quarter_begins_with_its_first_month():
    table = pl.DataFrame({"y": [1970.0], "q": [2.0]})
    found = moment_of_parts(table, {"year": "y", "quarter": "q"}, [])
    assert found.to_list() == [90 * DAY]


def test_a_day_that_no_calendar_has_is_none():
    table = pl.DataFrame({"y": [2023.0], "m": [2.0], "d": [30.0]})
    time = {"year": "y", "month": "m", "day": "d"}
    assert moment_of_parts(table, time, []).to_list() == [None]


def test_counts_and_places():
    table = pl.DataFrame({"t": [5, 7, 9], "city": ["a", "b", "a"]})
    assert moment_of_number(table, {"number": "t"}, []).to_list() == [5.0, 7.0, 9.0]
    assert moment_of_place(table, {}, []).to_list() == [0.0, 1.0, 2.0]
    assert moment_of_place(table, {}, ["city"]).to_list() == [0.0, 0.0, 1.0]


def test_steps_and_back():
    moments = moment_of_date(
        pl.DataFrame({"d": [datetime(2024, 1, 5), datetime(2024, 1, 8)]}),
        {"date": "d"},
        [],
    ).to_numpy()
    origin = float(moments[0])
    for count, back, steps in (
        (even_steps, even_moments, [0, 3]),
        (weekday_steps, weekday_moments, [0, 1]),  # a Friday, then a Monday
    ):
        step = DAY if count is even_steps else 1.0
        assert count(moments, step, origin).tolist() == steps
        assert back(count(moments, step, origin), step, origin).tolist() == [*moments]


def test_months_are_steps_whatever_their_length():
    dates = [datetime(2023, 12, 1), datetime(2024, 2, 1), datetime(2024, 3, 1)]
    moments = pl.Series(dates).dt.timestamp("ms").to_numpy() / 1e3
    steps = month_steps(moments, 1.0, float(moments[0]))
    assert steps.tolist() == [0, 2, 3]
    assert month_moments(steps, 1.0, float(moments[0])).tolist() == [*moments]
    assert month_steps(moments, 3.0, float(moments[0])).tolist() == [0, 0, 1]


def test_people_read_dates_or_numbers():
    assert dates_of_moments(pl.Series([DAY]).to_numpy())[0] == datetime(1970, 1, 2)
    assert numbers_of_moments(pl.Series([3.0]).to_numpy()).to_list() == [3]
    assert numbers_of_moments(pl.Series([0.5]).to_numpy()).to_list() == [0.5]
