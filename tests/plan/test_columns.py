from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from labwright.acquire.acquired import Metadata
from labwright.errors import TaskError
from labwright.plan.columns import calendar_of, roles_by_facts, roles_by_rows

N = 300
RNG = np.random.default_rng(0)
WAGE = RNG.gamma(2.0, size=N)
FRAME = pl.DataFrame(
    {
        "rownames": range(1, N + 1),
        "age": RNG.integers(18, 65, N),
        "city": RNG.choice(["x", "y", "z"], N),
        "city_again": "",
        "hired": [
            date(2020, 1, 1) + timedelta(days=int(d)) for d in RNG.integers(0, 900, N)
        ],
        "same": "a",
        "note": [
            f"he said {i} words about it, and then some more of them" for i in range(N)
        ],
        "photo": [f"images/{i}.jpg" for i in range(N)],
        "tags": [["a"]] * N,
        "mostly": [1.0 if i < 3 else None for i in range(N)],
        "street": [f"street{i // 2}" for i in range(N)],
        "logwage": np.log(WAGE),
        "wage": WAGE,
    }
).with_columns(city_again=pl.col("city"))


def roles(table, task, metadata=None, withheld=(), group=None, **more):
    facts = table(FRAME).columns
    metadata = metadata or Metadata()
    found = roles_by_facts(task(**more), facts, ["wage"], metadata, withheld, group)
    return {role.name: role for role in found}


def after_rows(table, task, **more):
    measured = table(FRAME)
    by_facts = list(roles(table, task, **more).values())
    return roles_by_rows(task(**more), by_facts, measured.table, ["wage"], 5)


@pytest.mark.parametrize(
    ("column", "use"),
    [
        ("rownames", "identifier"),
        ("age", "number"),
        ("city", "category"),
        ("hired", "date"),
        ("same", "dropped"),
        ("note", "text"),
        ("photo", "dropped"),
        ("tags", "dropped"),
    ],
)
def test_facts_say_what_a_column_is_used_as(table, task, column, use):
    found = roles(table, task)[column]
    assert found.use == use
    assert found.reason


def test_free_text_is_an_input(table, task):
    assert roles(table, task)["note"].warning is None


def test_task_and_source_are_heard(table, task):
    metadata = Metadata(ignored=("age",), row_ids=("city",), categories=("mostly",))
    found = roles(
        table, task, metadata, withheld=("hired",), group="street", drop=("same",)
    )
    assert found["age"].use == "dropped"
    assert found["city"].use == "identifier"
    assert found["mostly"].use == "category"
    assert found["hired"].reason == "the table of new rows has none of it"
    assert found["street"].use == "identifier"
    assert found["same"].reason == "the task file says so"


def test_explicit_inputs_are_all_and_only_the_inputs(table, task):
    found, near = after_rows(table, task, inputs=("age", "logwage", "note"))
    used = {role.name: role.use for role in found if role.is_input}
    assert used == {"age": "number", "logwage": "number", "note": "text"}
    assert [finding["column"] for finding in near] == ["logwage"]


@pytest.mark.parametrize(
    "more",
    [
        {"inputs": ("agee",)},
        {"drop": ("absent",)},
        {"inputs": ("tags",)},
        {"drop": ("wage",)},
    ],
)
def test_columns_asked_for_must_be_there_and_of_use(table, task, more):
    with pytest.raises(TaskError) as caught:
        roles(table, task, **more)
    assert caught.value.key in ("inputs", "drop")


def test_training_rows_drop_what_says_nothing_and_what_gives_away(table, task):
    found, _ = after_rows(table, task)
    reasons = {role.name: role.reason for role in found if role.use == "dropped"}
    assert "every cell equals that of `city`" in reasons["city_again"]
    assert "of the training rows have a value" in reasons["mostly"]
    assert "too few repeats" in reasons["street"]
    assert reasons["logwage"] == "it is `wage` in another form: rank correlation 1"
    used = {role.name for role in found if role.is_input}
    assert used == {"age", "city", "hired", "note"}


def test_calendar_has_what_varies():
    days = [datetime(2021, 1, 4) + timedelta(days=i) for i in range(200)]
    years = [datetime(1990 + i % 9, 1, 1) for i in range(200)]
    hours = [datetime(2021, 1, 4, i % 24) for i in range(200)]
    train = pl.DataFrame({"day": days, "year": years, "hour": hours})
    found = calendar_of(["day", "year", "hour"], train, by_time=False)
    assert found == {
        "day": ["month", "day", "weekday", "elapsed"],
        "year": ["year", "weekday"],
        "hour": ["hour", "elapsed"],
    }
    assert "year" not in calendar_of(["year"], train, by_time=True)["year"]
