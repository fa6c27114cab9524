"""Words as features, and words that give the target away."""

import numpy as np
import polars as pl
import pytest

from labwright.parts.tf_idf import joined_texts, tf_idf
from labwright.parts.word_leaks import telling_words, word_give_aways


def test_texts_of_several_columns_are_one():
    table = pl.DataFrame(
        {"a": ["x", None, None], "b": ["y", "z", None], "n": [1, 2, 3]}
    )
    assert joined_texts(table, ["a", "b"]) == ["x\ny", "z", ""]


@pytest.mark.parametrize(
    "texts", [[""] * 5, ["a"], ["one two", "two one"], ["猫犬鳥" * 9] * 4]
)
def test_every_text_has_features(texts):
    model = tf_idf(texts)
    found = model.transform([*texts, "nothing known", ""])
    assert found.shape[0] == len(texts) + 2


def texts_and_classes():
    rng = np.random.default_rng(0)
    classes = rng.integers(0, 2, 300)
    texts = [
        f"a {'leak' if c else 'film'} {rng.choice(['good', 'bad', 'long'])}"
        for c in classes
    ]
    return texts, classes


def test_a_word_that_gives_the_class_away_is_named():
    texts, classes = texts_and_classes()
    found = word_give_aways(texts, classes)
    assert {each["column"] for each in found} == {"the word 'film'", "the word 'leak'"}
    assert all(each["figure"] == 1 for each in found)
    assert [word for word, _ in telling_words(texts, classes, 2)] == ["film", "leak"]


def test_words_that_say_little_are_not():
    texts, classes = texts_and_classes()
    mixed = np.random.default_rng(1).permutation(classes)
    assert word_give_aways(texts, mixed) == []
    assert word_give_aways([""] * 50, mixed[:50]) == []


def test_numbers_are_compared_by_rank():
    texts, classes = texts_and_classes()
    price = np.exp(3.0 * classes + np.random.default_rng(0).normal(size=300))[:, None]
    word, figure = telling_words(texts, price, 1)[0]
    assert word in ("film", "leak") and 0.7 < figure < 1
