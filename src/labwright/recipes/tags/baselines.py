"""What simple taggers reach on the same rows: without them a result means nothing.

    predict_baselines(train, val, test, metric)["linear"]["val"]  # as decode() gives it

They see the words of the training rows, each as a whole. Add a baseline of your own to
TAGGERS.
"""

import warnings
from collections.abc import Callable

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction import FeatureHasher
from sklearn.svm import LinearSVC

from labwright.parts.spans import MOST_TAGS, NO_TAG, coded_tags
from labwright.parts.tag_counts import FrequentTags
from labwright.parts.tag_features import features_of_words
from labwright.recipes.tags.dataloader import CLASSES, COLUMN, Rows
from labwright.recipes.tags.stored import same_length

HASHED = 2**20  # columns of the linear model's features
LINEAR_WORDS = 150_000  # training words of the linear model at most, of the first rows
LINEAR_C = 0.1  # of LinearSVC; lower holds the weights closer to 0

Words = list[list[str]]
# From words and their tags, -100 where there is none, to a tagger of other words.
Fit = Callable[[Words, list[np.ndarray]], Callable[[Words], list[np.ndarray]]]

# ---- words and tags ------------------------------------------------------------------


def words_of(rows: Rows) -> Words:
    """The words of each row."""
    whole = rows.table[COLUMN].to_list()
    stored = rows.stored
    stretches = zip(stored.row, stored.start, stored.counts, strict=True)
    return [
        [word or "" for word in whole[row][first : first + count]]
        for row, first, count in stretches
    ]


def tags_of(rows: Rows) -> list[np.ndarray]:
    """The number of each word's tag, -100 where a word has none."""
    truth = rows.truth
    numbers = np.where(truth == NO_TAG, NO_TAG, truth % MOST_TAGS)
    pairs = zip(numbers, rows.stored.counts, strict=True)
    return [row[:count] for row, count in pairs]


# ---- taggers -------------------------------------------------------------------------


def majority(
    words: Words, tags: list[np.ndarray]
) -> Callable[[Words], list[np.ndarray]]:
    """The most frequent tag of all, for every word."""
    known = np.concatenate(tags)
    tag = np.bincount(known[known != NO_TAG]).argmax()
    return lambda new: [np.full(len(row), tag) for row in new]


def frequent(
    words: Words, tags: list[np.ndarray]
) -> Callable[[Words], list[np.ndarray]]:
    """A word's most frequent tag; for a new word that of words that end like it."""
    pairs = [
        (word, int(tag))
        for row, row_tags in zip(words, tags, strict=True)
        for word, tag in zip(row, row_tags, strict=True)
        if tag != NO_TAG
    ]
    known = FrequentTags(*zip(*pairs, strict=True))
    return lambda new: [np.array([known.tag(word) for word in row]) for row in new]


def linear(words: Words, tags: list[np.ndarray]) -> Callable[[Words], list[np.ndarray]]:
    """A linear support vector machine on a word, its ends and shape, its neighbours."""
    ends = np.cumsum([len(row) for row in words])
    rows = max(1, int(np.searchsorted(ends, LINEAR_WORDS, side="right")))
    hasher = FeatureHasher(HASHED, input_type="string", alternate_sign=False)
    y = np.concatenate(tags[:rows])
    x = hasher.transform(features_of_words(words[:rows]))[y != NO_TAG]
    several = len(np.unique(y[y != NO_TAG])) > 1
    model = LinearSVC(C=LINEAR_C, random_state=0) if several else DummyClassifier()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a solver that stopped early still counts
        model.fit(x, y[y != NO_TAG])

    def tag(new: Words) -> list[np.ndarray]:
        given = model.predict(hasher.transform(features_of_words(new)))
        return np.split(given, np.cumsum([len(row) for row in new])[:-1])

    return tag


TAGGERS: dict[str, Fit] = {
    "majority": majority,
    "most frequent tag": frequent,
    "linear": linear,
}

# ---- predictions ---------------------------------------------------------------------


def predict_baselines(
    train: Rows, val: Rows, test: Rows | None, metric: str
) -> dict[str, dict[str, np.ndarray]]:
    """What each baseline, fitted on the training rows, predicts for the other parts.

    Returns:
        For each baseline and part the codes of words, int64 (N, W), -100 behind the last.
    """
    parts = {"val": val} | ({} if test is None else {"test": test})
    words, tags = words_of(train), tags_of(train)
    codes = coded_tags(CLASSES)
    made: dict[str, dict[str, np.ndarray]] = {}
    for name, fit in TAGGERS.items():
        tagger = fit(words, tags)
        made[name] = {
            part: same_length(
                [codes[row] for row in tagger(words_of(rows))],
                rows.truth.shape[1],
                NO_TAG,
            )
            for part, rows in parts.items()
        }
    return made
