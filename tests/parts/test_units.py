import numpy as np
import polars as pl

from labwright.parts.units import units_of_groups, units_of_rows, units_of_time


def test_rows_stand_alone():
    assert units_of_rows(pl.Series(["a", "a"])).tolist() == [0, 1]


def test_rows_of_a_group_are_one_unit():
    units = units_of_groups(pl.Series(["b", "a", "b"]))
    assert units[0] == units[2] != units[1]


def test_neighbouring_times_are_drawn_together_whatever_the_row_order():
    key = pl.Series(np.random.default_rng(0).permutation(1_000))
    units = units_of_time(key)
    assert len(np.unique(units)) == 100  # blocks of ten, the cube root
    assert len(set(units[key.arg_sort()][:10])) == 1


def test_equal_times_are_never_torn():
    key = pl.Series(np.repeat(np.arange(100), 7))
    assert all(len(set(u)) == 1 for u in units_of_time(key).reshape(100, 7))


def test_a_row_without_a_group_is_a_unit_of_its_own():
    units = units_of_groups(pl.Series(["b", None, "b", None]))
    assert units[0] == units[2]
    assert len(np.unique(units)) == 3


def test_times_written_as_text_are_ordered_as_numbers():
    years = pl.Series(np.random.default_rng(0).permutation(1_000))
    texts = years.cast(pl.String)
    assert (units_of_time(texts) == units_of_time(years)).all()
