from datetime import date

import polars as pl

from labwright.parts.stack import stack


def test_tables_stand_one_below_the_other_in_the_order_of_the_first():
    one, two = (
        pl.DataFrame({"a": [1], "b": ["x"]}),
        pl.DataFrame({"b": ["y"], "a": [2]}),
    )
    assert stack([one, two]).rows() == [(1, "x"), (2, "y")]


def test_a_column_that_is_typed_differently_becomes_text():
    one, two = (
        pl.DataFrame({"a": [1], "b": [[1]]}),
        pl.DataFrame({"a": [date(2024, 3, 4)], "b": [[2]]}),
    )
    stacked = stack([one, two])
    assert stacked["a"].to_list() == ["1", "2024-03-04"]
    assert stacked["b"].to_list() == [[1], [2]]


def test_names_that_look_like_patterns_are_names():
    assert stack([pl.DataFrame({"*": [1], "^a$": [2]})] * 2).shape == (2, 2)
