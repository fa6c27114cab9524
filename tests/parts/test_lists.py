import polars as pl
import pytest

from labwright.parts.lists import number_lists, text_lists


@pytest.mark.parametrize(
    "cells",
    [
        pl.Series(["[1, 2.5, null]", " [] ", "", None]),
        pl.Series(["[1, 2.5, NaN]", "[]", None, None]),
        pl.Series([[1.0, 2.5, float("inf")], [], None, None]),
        pl.Series(
            [[1.0, 2.5, float("nan")], [], None, None], dtype=pl.List(pl.Float32)
        ),
    ],
)
def test_numbers_however_they_are_stored(cells):
    lists = number_lists(cells)
    assert lists.dtype == pl.List(pl.Float64)
    assert lists.to_list() == [[1.0, 2.5, None], [], None, None]


def test_arrays_of_a_fixed_length_are_lists():
    cells = pl.Series([[1, 2], [3, 4]], dtype=pl.Array(pl.Int16, 2))
    assert number_lists(cells).to_list() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    "cells", [pl.Series(['["a", "b"]', "[]"]), pl.Series([["a", "b"], []])]
)
def test_texts_however_they_are_stored(cells):
    assert text_lists(cells).to_list() == [["a", "b"], []]


def test_whole_numbers_as_texts_have_no_fraction():
    assert text_lists(pl.Series([[1.0, 2.5], []])).to_list() == [["1", "2.5"], []]
    assert text_lists(pl.Series([[1], []])).to_list() == [["1"], []]


def test_a_cell_that_is_no_list_is_said():
    with pytest.raises(ValueError, match=r"a JSON array of numbers in .* 'x'"):
        number_lists(pl.Series("x", ["[1]", '["a"]']))
