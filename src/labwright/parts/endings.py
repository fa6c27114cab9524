"""Words as ids: those that are known whole, the others by how they end and look.

A word that training met often enough has an id of its own. Any other has that of the
longest ending that enough different training words of its look (Anna, 1984, the) have.
One id a word is learned from little text, and endings tell much of a word's part of
speech. `fitted` is plain data as JSON text.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

NEW = 1  # the id of a word of which nothing is known; 0 is padding
LEAST_WORDS = 2  # times that training must have met a word for an id of its own
LEAST_ENDINGS = 4  # different training words that must end so
LONGEST_ENDING = 5  # letters


def look_of(word: str) -> str:
    """X for Anna, A for USA, d for 1984, x for the, - for …"""
    if any(c.isdigit() for c in word):
        return "d"
    if not any(c.isalpha() for c in word):
        return "-"
    if word[:1].isupper():
        return "A" if len(word) > 1 and word.isupper() else "X"
    return "x"


def endings_of(word: str) -> Iterator[str]:
    """A word's look with its endings, the longest first, and the look alone."""
    look, lower = look_of(word), word.lower()
    for letters in range(min(LONGEST_ENDING, len(lower)), -1, -1):
        yield f"{look} {lower[len(lower) - letters :]}"


def fit_endings(words: Iterable[str], size: int) -> str:
    """The most frequent words, at most `size`, and the endings that words share."""
    counts = Counter(words)
    known = [word for word, n in counts.most_common(size) if n >= LEAST_WORDS]
    ends = Counter(ending for word in counts for ending in endings_of(word))
    shared = sorted(ending for ending, n in ends.items() if n >= LEAST_ENDINGS)
    return json.dumps({"words": sorted(known), "endings": shared}, ensure_ascii=False)


def numbered(fitted: str) -> tuple[dict[str, int], dict[str, int]]:
    """The id of each known word, and of each ending."""
    read = json.loads(fitted)
    words = {word: NEW + 1 + i for i, word in enumerate(read["words"])}
    first = NEW + 1 + len(words)
    return words, {ending: first + i for i, ending in enumerate(read["endings"])}


def ending_id(word: str, endings: dict[str, int]) -> int:
    """The id of the longest known ending of a word."""
    found = (endings[ending] for ending in endings_of(word) if ending in endings)
    return next(found, NEW)


def ids_by_endings(
    sentences: list[list[str]], fitted: str
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The ids of each sentence, int64 (T,), and at which of them each word begins."""
    words, endings = numbered(fitted)
    cached: dict[str, int] = dict(words)
    found = []
    for sentence in sentences:
        for word in sentence:
            if word not in cached:
                cached[word] = ending_id(word, endings)
        ids = np.array([cached[word] for word in sentence], dtype=np.int64)
        found.append((ids, np.arange(len(ids))))
    return found


def size_of_endings(fitted: str) -> int:
    """How many ids there are, those of padding and of new words among them."""
    words, endings = numbered(fitted)
    return NEW + 1 + len(words) + len(endings)


def plain_ids(fitted: str) -> np.ndarray:
    """For each id the one that a word had if training did not know it, int64 (V,)."""
    words, endings = numbered(fitted)
    ids = np.arange(size_of_endings(fitted))
    for word, number in words.items():
        ids[number] = ending_id(word, endings)
    return ids
