import numpy as np
import polars as pl

from labwright.parts.equal_rows import equal_rows
from labwright.plan.equality import expected_pairs, judge_equality

RNG = np.random.default_rng(0)


def judged(frame: pl.DataFrame):
    return judge_equality(frame, equal_rows(frame, frame.columns))


def test_copies_of_rows_are_kept_together():
    rows = pl.DataFrame({"a": RNG.normal(size=900), "b": RNG.normal(size=900)})
    found = judged(pl.concat([rows, rows.head(100)]))
    assert found.together
    assert found.reason.startswith("100 of 1,000 rows equal an earlier one")


def test_oversampled_rows_are_kept_together():
    rows = pl.DataFrame({"a": RNG.normal(size=200), "b": RNG.normal(size=200)})
    assert judged(pl.concat([rows] * 5)).together


def test_few_columns_of_few_values_are_equal_by_chance():
    draws = {name: RNG.integers(0, 4, 2000) for name in "abcd"}
    found = judged(pl.DataFrame(draws))
    assert not found.together
    assert "by chance" in found.reason


def test_sparse_columns_are_equal_by_chance():
    draws = {f"c{i}": (RNG.random(3000) < 0.05).astype(float) for i in range(20)}
    assert not judged(pl.DataFrame(draws)).together


def test_few_distinct_rows_leave_too_little_to_split():
    rows = pl.DataFrame({"a": RNG.normal(size=30)})
    assert not judged(pl.concat([rows] * 20)).together


def test_expected_pairs_is_what_independent_columns_yield():
    frame = pl.DataFrame(
        {"a": RNG.integers(0, 10, 1000), "b": RNG.integers(0, 10, 1000)}
    )
    assert 4500 < expected_pairs(frame) < 5500  # 1000 · 999 / 2 / 100
