import numpy as np
import polars as pl

from labwright.parts.certificate import (
    hash_of_rows,
    rows_also_in_train,
    values_in_two_parts,
)


def test_hash_says_which_rows_not_in_which_order():
    assert hash_of_rows(np.array([3, 1, 2])) == hash_of_rows(np.array([1, 2, 3]))
    assert hash_of_rows(np.array([1, 2])) != hash_of_rows(np.array([1, 3]))
    assert hash_of_rows(np.array([1], dtype=np.int32)) == hash_of_rows(np.array([1]))


def test_equal_rows_are_counted_absent_values_being_equal():
    train = pl.DataFrame(
        {"a": [1.0, None, 3.0], "b": ["x", "y", None], "id": [1, 2, 3]}
    )
    val = pl.DataFrame({"a": [1.0, 1.0, None], "b": ["x", "z", "y"], "id": [4, 5, 6]})
    test = pl.DataFrame({"a": [3.0, 3.0], "b": [None, "x"], "id": [7, 8]})
    assert rows_also_in_train(train, [val, test], ["a", "b"]) == 3
    assert rows_also_in_train(train, [val, test], ["a", "b", "id"]) == 0


def test_groups_in_two_parts():
    parts = [
        pl.DataFrame({"patient": patients})
        for patients in (["a", "a", None], ["b", "c", None], ["c", "d"])
    ]
    assert values_in_two_parts(parts, "patient") == 1
