"""From rows of words, or texts, to windows of sub-words.

Which column is read, and how many sub-words there are, stands in dataloader.py; here is
only how.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl

# ---- lists ---------------------------------------------------------------------------

NOT_JSON = r"\b(NaN|nan|-?Infinity|None)\b"  # what Python writes and JSON lacks


def text_lists(column: pl.Series) -> pl.Series:
    """Lists of texts as List(String), in the same forms; the number 2.0 is "2".

    Raises:
        ValueError: a cell is no list of texts.
    """
    inner = getattr(column.dtype, "inner", pl.Null())
    if inner.is_float():
        number = pl.element()
        whole = number.cast(pl.Int64, strict=False)
        text = pl.when(whole == number).then(whole.cast(pl.String))
        column = column.cast(pl.List(pl.Float64)).list.eval(
            text.otherwise(number.cast(pl.String))
        )
    return decoded(column, pl.String, "texts")


def decoded(column: pl.Series, inner: type[pl.DataType], what: str) -> pl.Series:
    """The lists of a column, with elements of one type."""
    dtype = pl.List(inner)
    if column.dtype != pl.String:
        return column.cast(dtype)
    json = column.str.strip_chars().str.replace_all(NOT_JSON, "null")
    try:
        return json.replace("", None).str.json_decode(dtype)
    except pl.exceptions.PolarsError as error:
        raise ValueError(
            f"expected a JSON array of {what} in each cell of {column.name!r}, found "
            f"others: {str(error).splitlines()[0]}. Mend those cells."
        ) from error


# ---- word features -------------------------------------------------------------------

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


# ---- windows -------------------------------------------------------------------------


class Windows(NamedTuple):
    """What a model reads of rows, N windows in the order of the rows.

    A row is one window, unless it is longer than the limit.
    """

    input: list[np.ndarray]  # ids, int64 (T,), or (T, K): K of each word
    target: list[
        np.ndarray
    ]  # what is learned at each of them, -100 nothing, int64 (T,)
    places: list[np.ndarray]  # at which of them something is judged, int64 (W,)
    truth: list[np.ndarray]  # what is true there, as metrics compare it, int64 (W,)
    row: np.ndarray  # of which row of the table a window is, int64 (N,)
    start: np.ndarray  # the first of the row's words, or ids, in it, int64 (N,)


def fit_on_features(table: pl.DataFrame, column: str, size: int) -> str:
    """The features of words that have an id."""
    return fit_word_features(table[column].explode().drop_nulls().to_list(), size)


def ids_of_featured(
    column: pl.Series, fitted: str
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Several ids for each word, int64 (T, K): those of its features."""
    return ids_of_features(listed_words(column), fitted)


def listed_words(column: pl.Series) -> list[list[str]]:
    """The words of each row; an absent one is without letters."""
    return [[word or "" for word in words] for words in column.to_list()]


def cut_tagged(
    encoded: list[tuple[np.ndarray, np.ndarray]],
    table: pl.DataFrame,
    targets: list[str],
    classes: list[str],
    limit: int,
) -> Windows:
    """Windows of whole words; a word's tag stands at its first sub-word.

    `encoded` are the ids of each row, and at which of them its words begin.

    Without the target's column, as in new data, nothing is learned, and the truth is 0.

    Raises:
        ValueError: a tag is not among the classes.
    """
    unjudged = targets[0] not in table.columns
    tags = [[]] * len(table) if unjudged else table[targets[0]].to_list()
    number = {name: i for i, name in enumerate(classes)} | {None: NO_TAG}
    codes = np.append(coded_tags(classes), NO_TAG)  # the last, -1, for a word without
    windows = Windows([], [], [], [], np.zeros(0, int), np.zeros(0, int))
    rows, starts = [], []
    for row, ((ids, begins), tagged) in enumerate(zip(encoded, tags, strict=True)):
        true = np.zeros(len(begins), int)
        if not unjudged:
            if unknown := sorted({tag for tag in tagged if tag not in number}):
                raise ValueError(
                    f"expected the {len(classes)} tags in CLASSES, found others: "
                    f"{unknown[:5]}. Add them to CLASSES, or drop their rows."
                )
            true = np.array([number[tag] for tag in tagged])
        for first, last in cuts_at_words(begins, len(ids), limit):
            places = begins[first:last] - begins[first]
            end = begins[last] if last < len(begins) else len(ids)
            target = np.full(min(end - begins[first], limit), NO_TAG)
            if not unjudged:
                target[places] = true[first:last]
            windows.input.append(ids[begins[first] :][: len(target)])
            windows.target.append(target)
            windows.places.append(places)
            windows.truth.append(codes[np.maximum(true[first:last], -1)])
            rows.append(row)
            starts.append(first)
    return windows._replace(row=np.array(rows, int), start=np.array(starts, int))


def cuts_at_words(begins: np.ndarray, length: int, limit: int) -> list[tuple[int, int]]:
    """First word and the one behind the last of each window of at most `limit` ids.

    A single word of more ids is a window of its own.
    """
    cuts, first = [], 0
    ends = np.append(begins[1:], length)
    while first < len(begins):
        last = int(np.searchsorted(ends, begins[first] + limit, side="right"))
        last = max(last, first + 1)
        cuts.append((first, last))
        first = last
    return cuts


# ---- words to sub-words --------------------------------------------------------------


def listed(table: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The table with lists of texts as such, however its file stores them."""
    return table.with_columns(text_lists(table[name]) for name in columns)


def fit_words(train: pl.DataFrame, column: str, size: int) -> str:
    """The sub-words that the training rows determine, as JSON text."""
    return fit_on_features(train, column, size)


def count_subwords(fitted: str) -> int:
    """How many ids there are, that of padding among them."""
    return size_of_features(fitted)


def cut(
    table: pl.DataFrame,
    column: str,
    targets: list[str],
    classes: list[str],
    fitted: str,
    limit: int,
) -> Windows:
    """What the model reads and learns of each row, in one window or several."""
    encoded = ids_of_featured(table[column], fitted)
    return cut_tagged(encoded, table, targets, classes, limit)
