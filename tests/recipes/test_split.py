import numpy as np
import polars as pl
import pytest

from labwright.recipes.shared.split import bootstrap_units, split_rows

SHARES = (0.70, 0.15, 0.15)


def test_equal_rows_stay_together_where_they_are_named():
    table = pl.DataFrame(
        {"x": np.repeat(np.arange(100), 3), "y": ["a", "b", "c"] * 100}
    )
    parts = split_rows(table, "y", ["x"], SHARES, 0)
    seen = [set(table["x"].gather(rows)) for rows in parts.values()]
    assert not seen[0] & seen[1]
    assert not (seen[0] | seen[1]) & seen[2]


def test_without_columns_to_compare_each_row_stands_alone():
    table = pl.DataFrame({"x": [1] * 100, "y": ["a", "b"] * 50})
    parts = split_rows(table, "y", [], SHARES, 0)
    assert [len(rows) for rows in parts.values()] == pytest.approx([70, 15, 15], abs=1)


def test_too_few_rows_for_three_parts_are_an_error_that_names_the_empty_part():
    with pytest.raises(ValueError, match="found none of 2 in"):
        split_rows(pl.DataFrame({"x": [1, 2], "y": ["a", "a"]}), "y", [], SHARES, 0)


def test_rows_are_the_units_of_a_stratified_split():
    table = pl.DataFrame({"y": ["a", "a", "b"]})
    assert bootstrap_units(table, "y").tolist() == [0, 1, 2]
    assert bootstrap_units(table, None).tolist() == [0, 1, 2]
