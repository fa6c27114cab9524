import polars as pl

from labwright.parts.equal_rows import equal_rows


def test_rows_that_agree_in_the_columns_named_share_the_number_of_the_first():
    table = pl.DataFrame(
        {"a": [1, 2, 1, 1], "b": ["x", "x", "x", None], "c": [1, 2, 3, 4]}
    )
    assert equal_rows(table, ["a", "b"]).to_list() == [0, 1, 0, 3]
    assert equal_rows(table, ["a", "b", "c"]).to_list() == [0, 1, 2, 3]


def test_missing_values_are_equal_to_each_other():
    table = pl.DataFrame({"a": [None, None, 0.0]})
    assert equal_rows(table, ["a"]).to_list() == [0, 0, 2]
