import numpy as np
import polars as pl
import pytest

from labwright.parts.importance import permutation_importance


def test_what_is_used_ranks_above_what_is_not():
    rng = np.random.default_rng(0)
    table = pl.DataFrame({name: rng.normal(size=500) for name in "abc"})
    target = 3 * table["a"] + table["c"]

    def score(table):
        return -((3 * table["a"] + table["c"] - target) ** 2).mean()

    found = permutation_importance(score, table, ["b", "c", "a"])
    assert list(found) == ["a", "c", "b"]
    assert found["a"] > found["c"] > 1
    assert found["b"] == 0


def test_absent_values_move_too_and_the_rest_stays():
    table = pl.DataFrame({"a": [1.0, None] * 20, "id": range(40)})
    seen = []

    def score(table):
        seen.append(table)
        return 0.0

    assert permutation_importance(score, table, ["a"]) == {"a": pytest.approx(0)}
    assert seen[0].equals(table)
    assert seen[1]["id"].equals(table["id"])
    assert seen[1]["a"].null_count() == 20
    assert not seen[1]["a"].equals(table["a"])
