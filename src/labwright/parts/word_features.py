"""Words as several ids each: the word itself, how it ends and begins, and how it looks.

What a tagger looks at in a word (Ratnaparkhi, A Maximum Entropy Model for Part-of-Speech
Tagging, 1996), so that a word which training never met is known by its parts. The model
sums the embeddings of a word's ids. `fitted` is plain data as JSON text.
"""

import json
from collections import Counter
from collections.abc import Iterable

import numpy as np

NO_FEATURE = 0  # the id of what training met too rarely, and of padding
LEAST_MET = 2  # times that training must have met a feature for an id of its own
ENDINGS = (1, 2, 3, 4)  # letters
BEGINNING = 3


def look_of(word: str) -> str:
    """Xx for Anna, X for USA, 9 for 1984, X-9 for B-52: runs of a kind are one letter."""
    look = ""
    for character in word:
        kind = "-"
        if character.isdigit():
            kind = "9"
        elif character.isalpha():
            kind = "X" if character.isupper() else "x"
        look += kind if look[-1:] != kind else ""
    return look


def features_of(word: str) -> list[str]:
    """What is known of a word, always equally many."""
    lower = word.lower()
    return [
        f"word {lower}",
        *(f"end{letters} {lower[-letters:]}" for letters in ENDINGS),
        f"begin {lower[:BEGINNING]}",
        f"look {look_of(word)}",
    ]


def groups_of_features() -> dict[str, list[int]]:
    """Which of `features_of` say the same of a word, by what that is."""
    last = 1 + len(ENDINGS)
    return {
        "the word itself": [0],
        "how a word ends": list(range(1, last)),
        "how a word begins": [last],
        "how a word is written": [last + 1],
    }


def fit_word_features(words: Iterable[str], size: int) -> str:
    """The features that training met often enough, at most `size`, frequent ones first."""
    counts: Counter[str] = Counter()
    for word, times in Counter(words).items():
        for feature in features_of(word):
            counts[feature] += times
    often = [name for name, n in counts.most_common(size) if n >= LEAST_MET]
    return json.dumps(sorted(often), ensure_ascii=False)


def size_of_features(fitted: str) -> int:
    """How many ids there are, that of no feature among them."""
    return 1 + len(json.loads(fitted))


def ids_of_features(
    sentences: list[list[str]], fitted: str
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The ids of each sentence's words, int64 (T, K), and the place of each word."""
    known = {feature: i for i, feature in enumerate(json.loads(fitted), start=1)}
    cached: dict[str, list[int]] = {}
    found = []
    for sentence in sentences:
        for word in sentence:
            if word not in cached:
                features = features_of(word)
                cached[word] = [known.get(name, NO_FEATURE) for name in features]
        ids = np.array([cached[word] for word in sentence], dtype=np.int64)
        found.append((ids, np.arange(len(ids))))
    return found
