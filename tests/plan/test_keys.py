from datetime import datetime, timedelta

import polars as pl
import pytest

from labwright.acquire.acquired import TableFile
from labwright.plan.keys import alike, candidates, coarser, grain_of
from labwright.profile.measure import measure

START = datetime(2024, 3, 1)
HOURS = [START + timedelta(hours=i) for i in range(240)]
DAYS = HOURS[::24]


def table(path="other.csv", **columns):
    frame = pl.DataFrame(columns)
    return measure(frame, (TableFile(path, "read_csv", {}, tuple(frame.columns), 1),))


def days(texts):
    return [f"{day:%Y-%m-%d}" for day in texts]


HIRES = table(
    "hires.csv",
    date=days(DAYS * 24),
    station=[f"{name} street" for name in "abcdefgh" * 30],
    hires=[float(i % 17) for i in range(240)],
)


def best(left, right):
    return candidates(left, right)[0]


def test_a_day_is_found_by_its_name_and_values():
    weather = table(date=days(DAYS), rain=[float(i) for i in range(10)])
    key = best(HIRES, weather)
    assert (key.is_clear, key.matched, key.most, key.left) == (True, 1.0, 1, ["date"])
    assert str(key) == "`date` by day: 100 % of the rows match, one row each"


def test_an_hour_belongs_to_its_day():
    hourly = table("base.csv", time=HOURS, hires=[float(i % 7) for i in range(240)])
    weather = table(day=days(DAYS), rain=[float(i) for i in range(10)])
    key = best(hourly, weather)
    assert (str(key.pairs[0]), key.is_clear) == ("`time` = `day` by day", True)
    assert key.rows.to_list() == [i // 24 for i in range(240)]


def test_finer_rows_are_found_as_the_latest_before_and_never_later_ones():
    daily = table("base.csv", date=days(DAYS), hires=[float(i) for i in range(10)])
    hourly = table(time=HOURS, rain=[float(i) for i in range(240)])
    (key,) = candidates(daily, hourly)
    assert key.how == "nearest_earlier"
    assert key.rows.to_list() == [None, *range(23, 239, 24)]


def test_a_longer_key_is_found_where_none_alone_finds_single_rows():
    weather = table(
        date=days(DAYS) * 8,
        station=[f"{name} street" for name in "abcdefgh" for _ in DAYS],
        rain=[float(i) for i in range(80)],
    )
    key = best(HIRES, weather)
    assert (key.is_clear, set(key.left)) == (True, {"date", "station"})
    single = {tuple(k.left): k.most for k in candidates(HIRES, weather)}
    assert (single["date",], single["station",]) == (8, 10)


def test_identifiers_match_whatever_type_they_are_stored_as():
    orders = table("orders.csv", customer_id=["7", "8", "9"] * 20, price=[1.5] * 60)
    people = table("customers.csv", id=[9, 8, 7, 6], city=["A", "B", "C", "D"])
    key = best(orders, people)
    assert (key.pairs[0].left, key.pairs[0].right) == ("customer_id", "id")
    assert key.rows.to_list() == [2, 1, 0] * 20


def test_codes_with_leading_zeros_stay_text():
    sales = table("sales.csv", zip=["02139", "10001", "94110"] * 10, sold=[1.5] * 30)
    places = table(zip=["02139", "10001", "94110"], mean=[1.5, 2.5, 3.5])
    key = best(sales, places)
    assert (key.pairs[0].type, key.matched) == ("text", 1.0)


def test_row_numbers_and_numbers_of_other_names_are_no_keys():
    left = table("a.csv", rownames=list(range(60)), price=[float(i) for i in range(60)])
    right = table(rownames=list(range(60)), age=[float(i) for i in range(60)])
    assert candidates(left, right) == []


def test_equal_rows_of_the_other_table_do_not_spoil_a_key():
    weather = table(date=days([*DAYS, DAYS[0]]), rain=[*map(float, range(10)), 0.0])
    key = best(HIRES, weather)
    assert (key.is_clear, key.equal, key.repeated) == (True, 1, 0)
    other = table(date=days([*DAYS, DAYS[0]]), rain=[float(i) for i in range(11)])
    key = best(HIRES, other)
    assert (key.is_clear, key.equal, key.repeated, key.most) == (False, 0, 1, 2)


def test_two_columns_of_the_same_values_are_one_key():
    weather = table(date=days(DAYS), rain=[float(i) for i in range(10)])
    twice = table(
        "twice.csv", date=days(DAYS * 3), day=days(DAYS * 3), n=[1.0, 2.0, 3.0] * 10
    )
    (key,) = [key for key in candidates(twice, weather) if key.how == "left"]
    assert key.left == ["date"]


@pytest.mark.parametrize(
    ("a", "b", "place", "likeness"),
    [
        ("Date", "date", "", 1.0),
        ("customerId", "customer_id", "", 1.0),
        ("customer_id", "customer", "", 0.9),
        ("customer_id", "id", "custom", 0.85),
        ("customer_id", "id", "", 0.0),
        ("id", "id", "", 1.0),
        ("id", "code", "", 0.0),
        ("price", "city", "", 0.0),
    ],
)
def test_names(a, b, place, likeness):
    assert alike(a, b, frozenset([place])) == likeness


def test_grains():
    assert grain_of(pl.Series(HOURS)) == "1h"
    assert grain_of(pl.Series(DAYS)) == "1d"
    assert grain_of(pl.Series([START, datetime(2024, 4, 1)])) == "1mo"
    assert grain_of(pl.Series([datetime(2024, 3, 1, 4, 5, 6)])) is None
    assert (coarser("1d", None), coarser("1h", "1mo")) == ("1d", "1mo")
