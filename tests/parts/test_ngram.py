import numpy as np
import pytest

from labwright.parts.ngram import Trigrams

VOCABULARY = 7


@pytest.fixture
def counted() -> tuple[Trigrams, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    text = [0, 0]
    for _ in range(400):  # what comes next depends on the two before
        text.append((text[-1] * 2 + text[-2] + rng.integers(2)) % (VOCABULARY - 1))
    text = np.array(text)
    before = np.stack([text[:-2], text[1:-1]], axis=1)
    return Trigrams(before, text[2:], VOCABULARY), before, text[2:]


def everything(before: np.ndarray, trigrams: Trigrams) -> np.ndarray:
    """Probabilities of every token, (M, VOCABULARY)."""
    return np.stack(
        [
            trigrams.probabilities(before, np.full(len(before), token))
            for token in range(VOCABULARY)
        ],
        axis=1,
    )


def test_probabilities_sum_to_one_behind_any_context(counted):
    trigrams, _, _ = counted
    pairs = np.array([[a, b] for a in range(VOCABULARY) for b in range(VOCABULARY)])
    chances = everything(pairs, trigrams)
    assert np.allclose(chances.sum(axis=1), 1)
    assert (chances > 0).all()  # of what never occurred too


def test_what_has_followed_is_likelier(counted):
    trigrams, before, tokens = counted
    chance = trigrams.probabilities(before, tokens)
    assert np.exp(-np.log(chance).mean()) < 2.5  # 2 were never to be told apart


def test_the_likeliest_is_that_of_the_probabilities(counted):
    trigrams, before, _ = counted
    unseen = np.array([[6, 6], [6, 3], [5, 6]])
    contexts = np.concatenate([before[:50], unseen])
    chances = everything(contexts, trigrams)
    found = trigrams.likeliest(contexts)
    best = chances[np.arange(len(contexts)), found]
    assert np.allclose(best, chances.max(axis=1))
