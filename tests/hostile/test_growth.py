"""Work grows with the columns of a table, and not with their square: counted, not timed."""

import sys
from collections import Counter
from unittest.mock import patch

import polars as pl

from tests.hostile.corpus import wide, world
from tests.hostile.trial import put_through

FEW, MANY = 50, 200
MOST_GROWTH = 1.3  # times the growth of the columns


def work(columns: int) -> Counter[str]:
    """Calls of Python, and columns of all the tables that polars is asked about."""
    done: Counter[str] = Counter()
    lazy = pl.DataFrame.lazy

    def counted(table: pl.DataFrame) -> pl.LazyFrame:
        done["columns"] += table.width
        return lazy(table)

    def call(frame, event, _):
        done["calls"] += event == "call"

    table = world(wide(columns))
    before = sys.getprofile()
    with patch.object(pl.DataFrame, "lazy", counted):
        sys.setprofile(call)
        try:
            assert put_through(table) == "plan: table"
        finally:
            sys.setprofile(before)
    return done


def test_a_table_of_four_times_the_columns_is_four_times_the_work():
    work(10)  # what is done once
    few, many = work(FEW), work(MANY)
    growth = {name: many[name] / few[name] for name in few}
    assert max(growth.values()) < MOST_GROWTH * MANY / FEW, growth
    assert few["columns"] > FEW
