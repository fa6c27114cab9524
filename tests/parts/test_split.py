import numpy as np
import polars as pl
import pytest

from labwright.parts.split import (
    split_by_group,
    split_by_time,
    split_official,
    split_random,
    split_stratified,
)

SHARES = (0.70, 0.15, 0.15)


def rows_of(parts):
    return np.sort(np.concatenate(list(parts.values())))


def shares_of(parts):
    total = sum(map(len, parts.values()))
    return [len(parts[name]) / total for name in ("train", "val", "test")]


def alone(n):
    return pl.Series(np.arange(n))


@pytest.mark.parametrize("n", [20, 101, 1_000, 54_321])
def test_random_split_uses_every_row_once_and_meets_the_shares_within_a_row_or_two(n):
    parts = split_random(alone(n), alone(n), SHARES, 0)
    assert np.array_equal(rows_of(parts), np.arange(n))
    for rows, share in zip(parts.values(), SHARES, strict=True):
        assert abs(len(rows) - share * n) <= 2


def test_another_seed_is_another_split_and_the_same_seed_the_same():
    first, again, other = (
        split_random(alone(200), alone(200), SHARES, s) for s in (0, 0, 1)
    )
    assert all(np.array_equal(first[p], again[p]) for p in first)
    assert not np.array_equal(first["test"], other["test"])


def test_each_class_keeps_its_share_in_every_part():
    rng = np.random.default_rng(0)
    key = pl.Series(rng.choice(["a", "b", "c"], 2_000, p=[0.8, 0.17, 0.03]))
    parts = split_stratified(key, alone(2_000), SHARES, 0)
    for value in "abc":
        count = (key == value).sum()
        for name, share in zip(parts, SHARES, strict=True):
            assert abs((key.gather(parts[name]) == value).sum() - share * count) <= 2


def test_rounding_errors_of_many_small_classes_do_not_add_up():
    key = pl.Series(np.repeat(np.arange(300), 5).astype(str))
    assert np.allclose(
        shares_of(split_stratified(key, alone(1_500), SHARES, 3)), SHARES, atol=0.005
    )


def test_rows_of_one_unit_stay_together_in_every_random_rule():
    rng = np.random.default_rng(1)
    units = pl.Series(rng.integers(0, 400, 1_000))
    key = pl.Series(rng.choice(["x", "y"], 1_000))
    for split in (split_random, split_stratified):
        parts = split(key, units, SHARES, 0)
        seen = [set(units.gather(rows).to_list()) for rows in parts.values()]
        assert not seen[0] & seen[1]
        assert not (seen[0] | seen[1]) & seen[2]
        assert np.allclose(shares_of(parts), SHARES, atol=0.01)


def test_groups_are_never_torn_and_shares_meet_within_the_largest_group():
    rng = np.random.default_rng(2)
    sizes = rng.integers(1, 40, 120)
    key = pl.Series(np.repeat([f"user {i}" for i in range(120)], sizes))
    parts = split_by_group(key, alone(len(key)), SHARES, 0)
    groups = [set(key.gather(rows)) for rows in parts.values()]
    assert not groups[0] & groups[1]
    assert not (groups[0] | groups[1]) & groups[2]
    for rows, share in zip(parts.values(), SHARES, strict=True):
        assert abs(len(rows) - share * len(key)) <= sizes.max()


def test_rows_without_a_group_are_groups_of_their_own():
    key = pl.Series([None] * 100 + ["a"] * 20, dtype=pl.String)
    parts = split_by_group(key, alone(120), SHARES, 0)
    assert np.array_equal(rows_of(parts), np.arange(120))
    assert (
        sum(bool(np.isin(rows, np.arange(100, 120)).any()) for rows in parts.values())
        == 1
    )
    assert all(np.isin(rows, np.arange(100)).any() for rows in parts.values())


def test_time_split_trains_on_the_past_and_keeps_equal_times_together():
    rng = np.random.default_rng(3)
    key = pl.Series(rng.integers(0, 50, 1_000)).cast(pl.Datetime("us"))
    parts = split_by_time(key, alone(1_000), SHARES, 0)
    last, first = key.gather(parts["train"]).max(), key.gather(parts["val"]).min()
    assert last < first
    assert key.gather(parts["val"]).max() < key.gather(parts["test"]).min()
    assert np.allclose(shares_of(parts), SHARES, atol=0.03)


def test_years_written_as_text_are_ordered_as_numbers():
    key = pl.Series([str(year) for year in range(990, 1_010)])
    parts = split_by_time(key, alone(20), SHARES, 0)
    assert parts["test"].min() > parts["val"].max() > parts["train"].max()


def test_time_split_that_cannot_be_cut_says_how_many_times_there_are():
    with pytest.raises(ValueError, match="found 1 distinct"):
        split_by_time(pl.Series([7] * 30), alone(30), SHARES, 0)


def test_official_parts_are_kept_and_a_missing_val_is_dealt_from_train():
    key = pl.Series(["train.csv"] * 85 + ["test.csv"] * 40)
    parts = split_official(key, alone(125), SHARES, 0)
    assert np.array_equal(parts["test"], np.arange(85, 125))
    assert len(parts["val"]) == pytest.approx(15, abs=1)
    three = pl.Series(
        ["a/train.parquet"] * 50
        + ["a/validation.parquet"] * 9
        + ["a/test.parquet"] * 11
    )
    assert [len(p) for p in split_official(three, alone(70), SHARES, 0).values()] == [
        50,
        9,
        11,
    ]


def test_the_only_part_that_is_held_out_judges():
    key = pl.Series(["train.csv"] * 85 + ["dev.csv"] * 15)
    parts = split_official(key, alone(100), SHARES, 0)
    assert np.array_equal(parts["test"], np.arange(85, 100))


@pytest.mark.parametrize("groups", [3, 4, 5])
def test_few_equal_groups_leave_no_part_empty(groups):
    key = pl.Series(np.repeat(np.arange(groups), 50).astype(str))
    parts = split_by_group(key, alone(len(key)), SHARES, 0)
    assert all(len(rows) for rows in parts.values())
    assert np.array_equal(rows_of(parts), np.arange(len(key)))
    assert len(parts["train"]) >= len(parts["val"])


def test_official_parts_are_whole_words_of_the_nearest_name():
    key = pl.Series(
        ["latest.zip/contest_train.csv"] * 300
        + ["latest.zip/train_interval.csv"] * 300
        + ["latest.zip/contest_test.csv"] * 80
    )
    parts = split_official(key, alone(680), SHARES, 0)
    assert np.array_equal(parts["test"], np.arange(600, 680))
    assert len(parts["train"]) + len(parts["val"]) == 600
