from datetime import datetime, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from labwright.parts.join import beside, find_earlier, find_equal, repeats

START = datetime(2024, 1, 1)


def keys(*columns):
    return pl.DataFrame({str(i): column for i, column in enumerate(columns)})


def test_equal_keys_find_the_first_row_and_missing_ones_none():
    left = keys(["a", "b", None, "c"], [1.0, 2.0, 1.0, 3.0])
    right = keys(["b", "a", "a", None], [2.0, 1.0, 1.0, 1.0])
    assert find_equal(left, right).to_list() == [1, 0, None, None]
    assert repeats(right) == 1


def at(*hours):
    return [None if h is None else START + timedelta(hours=h) for h in hours]


def test_the_latest_row_before_is_found_and_never_one_of_the_same_time():
    left = keys(["x", "x", "y", "x", None], at(5, 3, 9, None, 9))
    right = keys(["x", "x", "x", "y"], at(4, 3, 3, 9))
    assert find_earlier(left, right).to_list() == [0, None, None, None, None]
    alone = left.select("1").rename({"1": "0"}), right.select("1").rename({"1": "0"})
    assert find_earlier(*alone).to_list() == [0, None, 0, None, 0]


def test_of_rows_of_one_time_the_last_one_counts():
    left, right = keys(at(5)), keys(at(1, 3, 3, 9))
    assert find_earlier(left, right).to_list() == [2]


def test_columns_come_beside_the_rows_under_their_new_names():
    table = pl.DataFrame({"k": ["a", "b"], "v": [1, 2]})
    other = pl.DataFrame({"v": [7, 8], "w": ["p", "q"]})
    rows = pl.Series([1, None], dtype=pl.UInt32)
    joined = beside(table, other, rows, {"v": "v_2", "w": "w"})
    assert joined.to_dict(as_series=False) == {
        "k": ["a", "b"],
        "v": [1, 2],
        "v_2": [8, None],
        "w": ["q", None],
    }


moments = st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(moments, moments, st.data())
def test_what_is_found_is_the_brute_force_answer(lefts, rights, data):
    entities = st.sampled_from(["a", "b", None])
    draw = [
        data.draw(st.lists(entities, min_size=len(m), max_size=len(m)))
        for m in (lefts, rights)
    ]
    text, time = pl.String, pl.Datetime("us")
    left = pl.DataFrame({"0": draw[0], "1": at(*lefts)}, {"0": text, "1": time})
    right = pl.DataFrame({"0": draw[1], "1": at(*rights)}, {"0": text, "1": time})
    found = find_earlier(left, right).to_list()
    equal = find_equal(left, right).to_list()
    for i, (entity, hour) in enumerate(zip(draw[0], lefts, strict=True)):
        whole = entity is not None and hour is not None
        pairs = list(enumerate(zip(draw[1], rights, strict=True)))
        before = [
            (h, j)
            for j, (e, h) in pairs
            if whole and e == entity and h is not None and h < hour
        ]
        assert found[i] == (max(before)[1] if before else None)
        same = [j for j, pair in pairs if whole and pair == (entity, hour)]
        assert equal[i] == (same[0] if same else None)


def test_later_rows_never_change_what_is_found():
    left = keys(at(5, 10, 15))
    right = keys(at(1, 6, 11))
    more = pl.concat([right, keys(at(15, 16, 20))])
    assert find_earlier(left, right).equals(find_earlier(left, more))
