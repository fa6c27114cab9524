"""What a forecast's plan decides, on small tables."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from tests.plan.conftest import profile_of, table_of, task_of

from labwright.errors import SplitError, TaskError, TaskTypeError, UnusableError
from labwright.plan import plan

DAYS = 400


def days(number=DAYS, start=date(2020, 1, 1)):
    return [str(start + timedelta(days=i)) for i in range(number)]


def weekly(number=DAYS, seed=0):
    rng = np.random.default_rng(seed)
    week = 10 * np.sin(2 * np.pi * np.arange(number) / 7)
    return np.round(100 + week + rng.normal(size=number), 3)


def daily(**more):
    columns = {"date": days(), "visits": weekly()}
    return pl.DataFrame(columns | more)


def planned(frame, output="The visits of the next 14 days", **more):
    task = task_of(output, **({"task_type": "sequence"} | more))
    return plan(task, profile_of(table_of(frame)))


def choice(made, subject, about=None):
    return next(
        d.choice for d in made.decisions if d.subject == subject and d.about == about
    )


def test_a_daily_series_with_a_week():
    made = planned(daily())
    assert made.recipe == "forecast"
    constants = made.constants
    assert constants["TARGETS"] == ["visits"]
    assert constants["TIME"] == {"date": "date"}
    assert constants["STEP"] == 86_400
    assert constants["SEASONS"] == [7]
    assert constants["HORIZON"] == 14
    assert constants["HISTORY"] % 7 == 0
    assert made.names["accuracy"] == "forecast_mae"
    assert made.names["month_steps"] == "even_steps"


def test_every_decision_has_a_reason():
    assert all(decision.reason for decision in planned(daily()).decisions)


def test_working_days_leave_out_weekends():
    frame = daily().with_columns(pl.col("date").str.to_date().alias("d"))
    frame = frame.filter(pl.col("d").dt.weekday() < 6).drop("d")
    made = planned(frame, "The visits of the next 10 days")
    assert made.names["month_steps"] == "weekday_steps"
    assert choice(made, "step") == "1 working day"


def test_a_panel_is_found_with_year_and_month():
    frame = pl.DataFrame(
        {
            "year": [2000 + i // 12 for i in range(120)] * 3,
            "month": [1 + i % 12 for i in range(120)] * 3,
            "shop": ["a"] * 120 + ["b"] * 120 + ["c"] * 120,
            "sales": np.tile(100 + 9 * np.sin(np.arange(120) * np.pi / 6), 3)
            + np.random.default_rng(0).normal(size=360),
        }
    )
    made = planned(frame, "The sales of each shop over the next 6 months")
    assert made.constants["SERIES"] == ["shop"]
    assert made.constants["TIME"] == {"year": "year", "month": "month"}
    assert made.constants["SEASONS"] == [12]
    assert made.constants["PAST"] == []  # the calendar has year and month


def test_rows_without_a_time_follow_each_other():
    made = planned(daily().drop("date"), "The daily visits over the next 14 days")
    assert made.constants["TIME"] == {}
    assert made.names["moment_of_parts"] == "moment_of_place"
    assert made.constants["SEASONS"] == [7]
    assert any("in order of time" in warning for warning in made.warnings)


def test_a_season_that_no_value_shows_is_none():
    noise = np.random.default_rng(0).normal(size=DAYS)
    assert planned(daily(visits=noise)).constants["SEASONS"] == [1]


def test_covariates_are_past_unless_something_says_otherwise():
    rng = np.random.default_rng(0)
    frame = daily(
        holiday=rng.integers(0, 2, DAYS),
        price=rng.normal(size=DAYS).round(3),
        rain=rng.normal(size=DAYS).round(3),
        weekday=np.arange(DAYS) % 7,
    )
    hints = "The price is planned in advance."
    made = planned(frame, preprocessing_hints=hints)
    assert made.constants["KNOWN_IN_ADVANCE"] == ["holiday", "price"]
    assert made.constants["PAST"] == ["rain"]
    assert choice(made, "column", "weekday") == "dropped"
    made = planned(frame, known_in_advance=("rain",))
    assert made.constants["KNOWN_IN_ADVANCE"] == ["rain"]
    assert made.constants["PAST"] == ["holiday", "price"]


def test_a_line_changes_what_is_known():
    frame = daily(rain=np.random.default_rng(0).normal(size=DAYS))
    decisions = planned(frame).decisions
    line = next(d.change for d in decisions if d.about == "rain")
    assert line == '"known_in_advance": ["rain"]'


def test_repeated_moments_are_said():
    frame = pl.concat([daily(), daily().head(3)])
    made = planned(frame)
    assert "3 rows" in next(
        d.reason for d in made.decisions if d.subject == "repeated rows"
    )


def test_windows_are_limited_by_a_stride_prime_to_the_season():
    number = 20_000
    frame = pl.DataFrame({"visits": weekly(number)})
    made = planned(frame, "The daily visits of the next 14 days")
    assert made.constants["TRAIN_STRIDE"] > 1
    assert made.constants["TRAIN_STRIDE"] % 7


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"output": "The visits"}, TaskError),
        ({"split": {"rule": "random"}}, SplitError),
        ({"evaluation_metric": "accuracy"}, TaskError),
        ({"horizon": 200}, UnusableError),
        ({"target": "shop"}, TaskTypeError),
        ({"known_in_advance": ("shop",)}, TaskError),
        ({"known_in_advance": ("absent",)}, TaskError),
        ({"target": ("visits", "shop")}, TaskError),
    ],
)
def test_what_cannot_be_is_an_error(more, error):
    from labwright.task.model import Split

    if "split" in more:
        more = more | {"split": Split(**more["split"])}
    with pytest.raises(error):
        planned(daily(shop=["a", "b"] * (DAYS // 2)), **more)


def test_a_task_of_rows_stays_a_table():
    made = planned(
        daily(), "The visits of a day", task_type="regression", target="visits"
    )
    assert made.recipe == "table"


def test_series_too_short_are_named():
    short = pl.DataFrame({"date": days(5), "visits": weekly(5), "shop": ["tiny"] * 5})
    both = pl.concat([daily(shop=["large"] * DAYS).select(short.columns), short])
    made = planned(both, "The visits of each shop over the next 14 days")
    assert made.constants["SERIES"] == ["shop"]
    assert any("tiny" in warning for warning in made.warnings)


def test_many_series_keep_several_moments():
    rng = np.random.default_rng(0)
    shops, number = 150, 140
    frame = pl.DataFrame(
        {
            "date": days(number) * shops,
            "shop": [f"s{i}" for i in range(shops) for _ in range(number)],
            "visits": rng.normal(size=shops * number).round(3),
        }
    )
    made = planned(frame, "The visits of each shop over the next 5 days")
    split = next(d.reason for d in made.decisions if d.subject == "split")
    assert made.constants["TEST_STRIDE"] <= 2
    assert " 0" not in split.partition("forecasts:")[2]
