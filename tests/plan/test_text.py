"""When a table is texts, and how texts are read."""

import numpy as np
import polars as pl
import pytest
from tests.plan.conftest import profile_of, table_of, task_of

from labwright.errors import TaskError
from labwright.plan import plan
from labwright.plan.reading import at_once, choose_longest
from labwright.plan.text import vocabulary_for

WORDS = [
    "it",
    "was",
    "a",
    "good",
    "film",
    "with",
    "some",
    "long",
    "scenes",
    "and",
    "one",
    "bad",
    "actor",
    "in",
    "the",
    "end",
]


def reviews(rows=200, **more) -> pl.DataFrame:
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(WORDS, 12)) + f" {i}" for i in range(rows)]
    texts[3] = ""
    stars = rng.choice(["good", "bad"], rows)
    return pl.DataFrame({"review": texts, "stars": stars} | more)


def planned(frame: pl.DataFrame, **more):
    return plan(task_of("the stars", **more), profile_of(table_of(frame)))


def numbers(count: int, rows=200) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    return {f"n{i}": rng.normal(size=rows).round(3) for i in range(count)}


def test_texts_with_a_label_are_read_as_texts():
    made = planned(reviews())
    assert made.recipe == "text" and made.constants["TEXTS"] == ["review"]
    said = {d.subject: d for d in made.decisions}
    assert "words on average" in said["recipe"].reason
    assert said["recipe"].change == '"recipe": "table"'
    assert said["longest text"].choice % 8 == 0
    assert {"encoding", "vocabulary", "lower case"} <= said.keys()


def test_a_table_with_many_numbers_stays_a_table_unless_asked():
    frame = reviews(**numbers(5))
    assert planned(frame).recipe == "table"
    asked = planned(frame, recipe="text")
    assert asked.recipe == "text" and asked.constants["TEXTS"] == ["review"]
    beside = [d for d in asked.decisions if d.about == "n1"]
    assert beside[0].choice == "dropped" and "review" in beside[0].reason


def test_a_task_that_speaks_of_a_long_text_reads_it_unless_it_names_other_columns():
    frame = reviews(**numbers(3)).rename({"n0": "price", "n1": "weight"})
    frame = frame.with_columns(pl.col("review").repeat_by(3).list.join(" "))
    assert planned(frame).recipe == "table"  # nobody speaks of the review
    made = planned(frame, description="What people write in a review.")
    assert made.recipe == "text"
    assert "'review'" in {d.subject: d for d in made.decisions}["recipe"].reason
    both = "A review of each product, with its price."
    assert planned(frame, description=both, target="stars").recipe == "table"


def test_names_and_codes_are_no_texts():
    frame = (
        reviews()
        .drop("review")
        .with_columns(name=pl.Series([f"f_{i}.tx" for i in range(200)]))
    )
    assert planned(frame.with_columns(a=pl.Series(range(200)) % 7)).recipe == "table"


def test_several_texts_are_one_input():
    made = planned(reviews(title=[f"some long title {i}" for i in range(200)]))
    assert made.constants["TEXTS"] == ["review", "title"]


def test_a_pretrained_encoder_needs_texts():
    frame = pl.DataFrame(numbers(3) | {"stars": ["good", "bad"] * 100})
    with pytest.raises(TaskError, match="texts"):
        planned(frame, pretrained="owner/name")


def test_the_longest_text_is_by_the_training_lengths():
    lengths = np.arange(1, 101)
    longest, decision = choose_longest(lengths, 512, "steps")
    assert longest == 104 and "longer" not in decision.reason
    longest, decision = choose_longest(lengths, 48, "steps")
    assert longest == 48 and "52 %" in decision.reason
    assert choose_longest(np.zeros(5), 512, "steps")[0] == 16


def test_sizes_are_bounded():
    assert [vocabulary_for(n) for n in (0, 100_000, 10**9)] == [1_000, 4_000, 16_000]
    assert at_once(64) == 1_024 and at_once(512) == 256
