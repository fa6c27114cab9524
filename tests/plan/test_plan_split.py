from datetime import date, timedelta

import polars as pl
import pytest

from labwright.errors import SplitError
from labwright.plan.split import choose_split
from labwright.plan.split_case import Case
from labwright.task.model import Split

N = 240
DAY = date(2020, 1, 1)
WHO = [f"p{i // 6}" for i in range(N)]
FRAME = pl.DataFrame(
    {
        "patient_id": WHO,
        "day": [DAY + timedelta(days=i) for i in range(N)],
        "visit": [DAY + timedelta(days=i * i % 97) for i in range(N)],
        "store": [("n", "e", "s", "w")[i % 4] for i in range(N)],
        "week": [DAY + timedelta(weeks=i // 4) for i in range(N)],
        "year": [1990 + i % 20 for i in range(N)],
        "time": [1949 + i / 12 for i in range(N)],
        "lap_time": [60 + i * i % 97 / 10 for i in range(N)],
        "nation": [f"n{i // 20}" for i in range(N)],
        "continent": ["abc"[i // 20 % 3] for i in range(N)],
        "x": [i / 3 for i in range(N)],
        "y": [i % 2 for i in range(N)],
    }
)


def choice(
    table,
    task,
    *columns,
    target="x",
    form="regression",
    official=None,
    joined=(),
    **more,
):
    facts = table(FRAME.select(*columns, target)).columns
    return choose_split(
        Case(
            task(**more),
            [c for name, c in facts.items() if name != target],
            FRAME,
            [target],
            form,
            official or {},
            joined,
        )
    )


def test_rows_without_time_or_group_are_dealt_by_chance(table, task):
    assert choice(table, task, "y").rule == "random"
    stratified = choice(table, task, "y", form="binary")
    assert (stratified.rule, stratified.column) == ("stratified", "x")
    assert choice(table, task, "y", form="multilabel").rule == "random"


def test_moments_of_one_series_are_split_by_time(table, task):
    found = choice(table, task, "day", "y")
    assert (found.rule, found.column) == ("time", "day")
    assert "240 distinct, evenly spaced values of `day`" in found.reason
    assert found.change == '"split": {"rule": "random"}'


def test_moments_of_several_series_are_split_by_time(table, task):
    found = choice(table, task, "week", "store")
    assert (found.rule, found.column) == ("time", "week")
    assert "one of 4 series" in found.reason


def test_years_and_decimal_years_make_series_too(table, task):
    panel = choice(table, task, "nation", "year")
    assert (panel.rule, panel.column) == ("time", "year")
    assert "one row for each `nation` and `year`" in panel.reason
    one = choice(table, task, "time", "y")
    assert (one.rule, one.column, one.warnings) == ("time", "time", ())


def test_numbers_called_after_time_that_follow_no_order_make_none(table, task):
    assert choice(table, task, "lap_time", "y").rule == "random"


def test_a_series_without_more_is_told_of_forecasts(table, task):
    found = choice(table, task, "time")
    assert found.rule == "time"
    assert '"horizon": 12' in found.warnings[0]


def test_entities_that_settle_the_target_are_kept_apart(table, task):
    found = choice(
        table, task, "nation", "year", "y", target="continent", form="multiclass"
    )
    assert (found.rule, found.column) == ("group", "nation")
    assert "`continent` is the same in all rows of each" in found.reason


def test_dates_that_make_no_series_are_named_with_the_line(table, task):
    found = choice(table, task, "visit", "y")
    assert found.rule == "random"
    assert "`visit` has" in found.reason
    assert found.change == '"split": {"rule": "time", "time_column": "visit"}'


def test_rows_of_one_entity_stay_together(table, task):
    found = choice(table, task, "patient_id", "y", form="binary")
    assert (found.rule, found.column) == ("group", "patient_id")
    assert "40 values in 240 rows, 6 rows each" in found.reason


def test_what_rows_belong_to_by_a_join_is_no_entity(table, task):
    found = choice(table, task, "patient_id", "y", joined={"patient_id"})
    assert found.rule == "random"


def test_group_is_the_more_careful_where_time_fits_too(table, task):
    found = choice(table, task, "patient_id", "day")
    assert (found.rule, found.column) == ("group", "patient_id")
    assert '"time_column": "day"' in found.change
    assert "Both time and groups" in found.warnings[0]


@pytest.mark.parametrize(
    "words",
    [
        {"preprocessing_hints": "predict future days"},
        {"output_description": "Demand of the next 7 days"},
        {"description": "Forecasting demand"},
        {"output_description": "Will it rain tomorrow?"},
    ],
)
def test_words_of_the_future_decide_for_time(table, task, words):
    assert choice(table, task, "visit", "patient_id", **words).rule == "time"


def test_years_serve_where_no_dates_are(table, task):
    found = choice(table, task, "year", description="Predict future sales")
    assert (found.rule, found.column) == ("time", "year")


def test_future_without_times_is_warned_of(table, task):
    found = choice(table, task, "y", description="Predict future sales")
    assert found.rule == "random"
    assert "no column holds dates" in found.warnings[0]


def test_words_of_new_entities_decide_for_groups(table, task):
    found = choice(table, task, "store", "y", description="For stores, also new stores")
    assert (found.rule, found.column) == ("group", "store")


def test_explicit_rule_wins_and_finds_its_column(table, task):
    time = choice(table, task, "patient_id", "visit", split=Split(rule="time"))
    assert (time.rule, time.column) == ("time", "visit")
    group = choice(table, task, "patient_id", "day", split=Split(rule="group"))
    assert (group.rule, group.column) == ("group", "patient_id")
    store = Split(rule="group", group_column="store")
    assert choice(table, task, "store", split=store).column == "store"
    assert choice(table, task, "day", split=Split(rule="random")).rule == "random"


@pytest.mark.parametrize(
    "split",
    [
        Split(rule="time"),
        Split(rule="group"),
        Split(rule="group", group_column="y"),
        Split(rule="time", time_column="absent"),
        Split(rule="time", time_column="y"),
        Split(rule="official"),
        Split(rule="stratified"),
    ],
)
def test_impossible_rule_is_an_error(table, task, split):
    with pytest.raises(SplitError) as caught:
        choice(table, task, "y", split=split)
    assert caught.value.key == "split"


def test_official_split_is_named_and_taken_on_request(table, task):
    official = {"a/train.csv": "train", "a/test.csv": "test"}
    found = choice(table, task, "y", official=official)
    assert found.rule == "random"
    assert "(test, train) is set aside" in found.reason
    assert found.change == '"split": {"rule": "official"}'
    asked = choice(table, task, "y", official=official, split=Split(rule="official"))
    assert (asked.rule, asked.column) == ("official", "(file)")
