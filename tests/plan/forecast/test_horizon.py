"""How far ahead a task's words say."""

import pytest

from labwright.errors import TaskError
from labwright.plan.forecast.horizon import UNITS, find_horizon, said_horizon
from labwright.task.model import Source, Task


def task_of(output, **more):
    source = Source(type="local", identifier="data.csv")
    return Task(name="task", data_sources=(source,), output_description=output, **more)


@pytest.mark.parametrize(
    ("words", "step", "steps"),
    [
        ("The demand over the next 48 half hours", 1_800.0, 48),
        ("The sales of each city over the next 12 months", UNITS["month"], 12),
        ("co2 over the next 52 weeks", UNITS["week"], 52),
        ("Forecast the load 24 hours ahead", 3_600.0, 24),
        ("the load of the next day", 1_800.0, 48),
        ("sales of the coming week", UNITS["day"], 7),
        ("passengers over the next year", UNITS["month"], 12),
        ("the next twelve values", None, 12),
        ("a horizon of 30 steps", UNITS["day"], 30),
        ("horizon: 6", None, 6),
        ("a 14-day forecast of the visits", UNITS["day"], 14),
    ],
)
def test_words_say_the_horizon(words, step, steps):
    assert find_horizon(task_of(words), step)[0] == steps


def test_the_key_comes_first():
    found = find_horizon(task_of("over the next 12 months", horizon=3), UNITS["month"])
    assert found == (3, "the task file says so")


@pytest.mark.parametrize(
    "words", ["The price of a house", "the next customer", "sales per month", ""]
)
def test_other_words_say_none(words):
    assert said_horizon(task_of(words)) is None


def test_without_words_the_error_says_the_line():
    with pytest.raises(TaskError, match='"horizon": 12') as caught:
        find_horizon(task_of("The demand"), 1_800.0)
    assert caught.value.key == "horizon"


def test_a_time_that_steps_do_not_divide_is_an_error():
    with pytest.raises(TaskError, match="a whole number of steps in 'next 3 days'"):
        find_horizon(task_of("sales of the next 3 days"), UNITS["month"])
