"""Spans of words, such as names, from the tags of the words: IOB, IOB2, BIOES, BILOU.

Where a span begins and ends is what conlleval says (Tjong Kim Sang and Buchholz, 2000,
the scorer of the CoNLL shared tasks), which reads inconsistent tags too: an I-PER behind
O or behind another type begins a span. Single words (S, U) and ends (E, L) end theirs.

Metrics get a word's tag as one number, its code, which says by itself what it is:
tag + MOST_TAGS * (4 * type + place), where `tag` is its number in CLASSES, `type` 0 is
outside of all spans, and `place` is one of those below.
"""

import re

import numpy as np

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


def spans_in(codes: np.ndarray, opens: np.ndarray) -> tuple[np.ndarray, ...]:
    """First words, last words and types of all spans, each int64 (S,).

    Args:
        codes: Of the words of all sentences behind each other, int64 (M,).
        opens: Whether a word is the first of its sentence, bool (M,).
    """
    kind, place = np.divmod(codes // MOST_TAGS, 4)
    before, placed_before = np.roll(kind, 1), np.roll(place, 1)
    begins = opens | (before != kind) | (place == BEGIN) | (place == SINGLE)
    begins |= (placed_before == LAST) | (placed_before == SINGLE)
    begins &= kind > 0
    over = np.roll(opens | begins | (kind == 0), -1)  # the next word is of no span here
    over[-1:] = True
    first, last = np.flatnonzero(begins), np.flatnonzero(over & (kind > 0))
    return first, last, kind[first]


def count_spans(prediction: np.ndarray, truth: np.ndarray) -> tuple[int, int, int]:
    """How many spans are right, how many were found, and how many there are.

    A span is right where its first word, its last word and its type are.

    Args:
        prediction: Codes of words, int64 (N, W).
        truth: The same, NO_TAG where there is no word.
    """
    known = truth != NO_TAG
    opens = known & ~np.pad(known, ((0, 0), (1, 0)))[:, :-1]
    found = spans_in(prediction[known], opens[known])
    there = spans_in(truth[known], opens[known])
    last_of = np.full(int(known.sum()), -1)
    type_of = np.zeros_like(last_of)
    last_of[there[0]], type_of[there[0]] = there[1], there[2]
    right = (last_of[found[0]] == found[1]) & (type_of[found[0]] == found[2])
    return int(right.sum()), len(found[0]), len(there[0])
