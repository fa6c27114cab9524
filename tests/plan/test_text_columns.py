import numpy as np
import polars as pl
import pytest

from labwright.plan.planning import plan
from labwright.plan.text_columns import numbers_of_text, say_nothing

ROWS = 300
DRAW = np.random.default_rng(0)
GOOD, BAD = ["quiet", "smooth", "solid", "bright"], ["noisy", "broken", "dull", "slow"]
CLASSES = DRAW.integers(0, 2, ROWS)


def sentence(i):
    words = DRAW.choice([GOOD, BAD][CLASSES[i]], 3)
    return f"the machine was {words[0]} and {words[1]} then {words[2]} in week {i}"


FRAME = pl.DataFrame(
    {f"size{k}": DRAW.normal(size=ROWS).round(4).astype(str) for k in range(9)}
    | {"note": [sentence(i) for i in range(ROWS)]}
    | {"grade": [("good", "bad")[c] for c in CLASSES]}
)


@pytest.fixture
def planned(table, profile, task):
    def make(frame=FRAME, **more):
        return plan(
            task("Predict the grade.", target="grade", **more), profile(table(frame))
        )

    return make


def test_a_text_beside_numbers_becomes_features(planned):
    found = planned()
    assert found.recipe == "table"
    assert found.constants["TEXTS"] == ["note"]
    assert found.folders == ("table_texts",)
    decision = next(d for d in found.decisions if d.subject == "text features")
    assert decision.about == "note"
    assert decision.change == '"recipe": "text"'
    assert not any("note" in warning for warning in found.warnings)


def test_a_table_without_texts_is_as_it_was(planned):
    found = planned(drop=("note",))
    assert found.constants["TEXTS"] == []
    assert "TEXT_WORDS" not in found.constants
    assert found.folders == ()


def test_words_that_hardly_repeat_say_nothing():
    names = pl.Series([f"Ann{i} van Berg{i} Lee{i}" for i in range(100)])
    assert "too few repeats" in say_nothing(names, 2)
    assert say_nothing(FRAME["note"], 2) == ""


def test_features_of_a_text():
    assert numbers_of_text(10_000, 0) == 0
    assert numbers_of_text(100, 1) == 4
    assert numbers_of_text(10_000, 1) == 16
    assert numbers_of_text(10_000, 4) == 12
