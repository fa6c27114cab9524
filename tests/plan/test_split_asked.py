from datetime import date, timedelta

import polars as pl
import pytest

from labwright.errors import SplitError
from labwright.plan.split import choose_split
from labwright.plan.split_case import Case
from labwright.task.model import Split

N = 60
DAYS = [date(2020, 1, 1) + timedelta(days=i) for i in range(N)]
FRAME = pl.DataFrame(
    {"day": [None] * 9 + DAYS[9:], "code": [f"c{i % 30}" for i in range(N)]}
)


def asked(table, task, column):
    facts = table(FRAME).columns
    split = Split(rule="time", time_column=column)
    case = Case(task(split=split), list(facts.values()), FRAME, [], "regression", {})
    return choose_split(case)


def test_rows_without_a_time_are_warned_of(table, task):
    found = asked(table, task, "day")
    assert found.rule == "time"
    assert found.warnings == (
        "9 rows without a time in `day` train, as if they were the earliest.",
    )


def test_a_column_that_holds_no_times_is_told_so(table, task):
    with pytest.raises(SplitError) as caught:
        asked(table, task, "code")
    assert caught.value.expected == "dates or numbers in `code` for a split by time"
    assert caught.value.candidates == ("day",)
