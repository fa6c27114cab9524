"""What simple taggers reach on the same rows: without them a result means nothing.

    predict_baselines(train, val, test, metric)["linear"]["val"]  # as decode() gives it

They see the words of the training rows, each as a whole. Add a baseline of your own to
TAGGERS.
"""

import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction import FeatureHasher
from sklearn.svm import LinearSVC

# isort: split
from dataloader import CLASSES, COLUMN, Rows
from stored import same_length

HASHED = 2**20  # columns of the linear model's features
LINEAR_WORDS = 150_000  # training words of the linear model at most, of the first rows
LINEAR_C = 0.1  # of LinearSVC; lower holds the weights closer to 0

Words = list[list[str]]
# From words and their tags, -100 where there is none, to a tagger of other words.
Fit = Callable[[Words, list[np.ndarray]], Callable[[Words], list[np.ndarray]]]

# ---- spans ---------------------------------------------------------------------------

MOST_TAGS = 1 << 16
INSIDE = 0
BEGIN = 1
LAST = 2
SINGLE = 3
PLACES = {
    "I": INSIDE,
    "M": INSIDE,
    "B": BEGIN,
    "E": LAST,
    "L": LAST,
    "S": SINGLE,
    "U": SINGLE,
    "W": SINGLE,
}
SPAN_TAG = re.compile(r"([BIMELSUW])(?:[-_](.+))?")
NO_TAG = -100  # behind the last word of a row, and for a word without a tag


def are_spans(tags: list[str]) -> bool:
    """Whether tags say how words make up spans: O beside B-PER, I-PER … or B and I."""
    others = [tag for tag in tags if tag != "O"]
    read = [SPAN_TAG.fullmatch(tag) for tag in others]
    if len(others) == len(tags) or not others or not all(read):
        return False
    typed = [match[2] for match in read if match]
    return all(typed) or (not any(typed) and "B" in others)


def type_of_span(tag: str) -> str | None:
    """PER of B-PER, "" of B alone; None of O."""
    match = SPAN_TAG.fullmatch(tag)
    return (match[2] or "") if match else None


def coded_tags(tags: list[str]) -> np.ndarray:
    """The code of each tag of CLASSES, int64 (C,); its number where tags are no spans."""
    numbers: np.ndarray = np.arange(len(tags))
    if not are_spans(tags):
        return numbers
    types = sorted({found for tag in tags if (found := type_of_span(tag)) is not None})
    spans = [
        0
        if (found := type_of_span(tag)) is None
        else 4 * (1 + types.index(found)) + PLACES[tag[0]]
        for tag in tags
    ]
    coded: np.ndarray = numbers + MOST_TAGS * np.array(spans)
    return coded


# ---- tag counts ----------------------------------------------------------------------

LONGEST_END = 5  # letters by which a word that was never seen is like others


class FrequentTags:
    """The most frequent tag of each word; for a new word that of its longest known end."""

    def __init__(self, words: Iterable[str], tags: Iterable[int]) -> None:
        """Count tags, numbers of classes, of words."""
        of_words: dict[str, Counter[int]] = defaultdict(Counter)
        of_ends: dict[str, Counter[int]] = defaultdict(Counter)
        for word, tag in zip(words, tags, strict=True):
            of_words[word][tag] += 1
            for k in range(LONGEST_END + 1):  # with none, of all words
                of_ends[end_of(word, k)][tag] += 1
        self.words = {word: most(counts) for word, counts in of_words.items()}
        self.ends = {end: most(counts) for end, counts in of_ends.items()}

    def tag(self, word: str) -> int:
        """The tag to expect of a word."""
        if word in self.words:
            return self.words[word]
        ends = (end_of(word, k) for k in range(LONGEST_END, -1, -1))
        return next(self.ends[end] for end in ends if end in self.ends)


def end_of(word: str, letters: int) -> str:
    """The last letters, in lower case."""
    return word[-letters:].lower() if letters else ""


def most(counts: Counter[int]) -> int:
    """The most frequent; of equal ones the first class."""
    return min(counts, key=lambda tag: (-counts[tag], tag))


# ---- tag features --------------------------------------------------------------------

ENDS = 5  # letters of the longest suffix; a prefix has one less
REPEATED = re.compile(r"(.)\1+")


def shape_of(word: str) -> str:
    """Xx+ of Anna, d+ of 1984: kinds of characters, those that repeat as one and a +."""
    kinds = (
        "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c
        for c in word
    )
    return REPEATED.sub(r"\1+", "".join(kinds))[:10]


def features_of_words(sentences: Iterable[list[str]]) -> Iterator[list[str]]:
    """The features of each word of each sentence."""
    for words in sentences:
        lower = ["|", *(word.lower() for word in words), "|"]
        shapes = ["|", *map(shape_of, words), "|"]
        for i in range(1, len(words) + 1):
            word, before, after = lower[i], lower[i - 1], lower[i + 1]
            yield [
                f"word {word}",
                f"shape {shapes[i]}",
                *(f"suffix {word[-k:]}" for k in range(1, ENDS + 1)),
                *(f"prefix {word[:k]}" for k in range(1, ENDS)),
                f"before {before}",
                f"before suffix {before[-3:]}",
                f"before shape {shapes[i - 1]}",
                f"after {after}",
                f"after suffix {after[-3:]}",
                f"after shape {shapes[i + 1]}",
                f"pair {before} {word}",
                f"two before {lower[i - 2] if i > 1 else ''}",
                f"two after {lower[i + 2] if i < len(words) else ''}",
            ]


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
