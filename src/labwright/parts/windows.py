"""Rows of words, or texts, as the windows of sub-words that a model reads.

Two forms with the same functions: words with a tag each, and texts of which what
comes next is predicted. `fitted` is a tokenizer of bpe.py.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from labwright.parts.bpe import END, fit_bpe, ids_of_texts, ids_of_words
from labwright.parts.spans import NO_TAG, coded_tags
from labwright.parts.word_features import fit_word_features, ids_of_features

UNEQUAL = 0.01  # share of the rows that may have another number of tags than of words


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


# ---- words with tags


def rows_of_tagged(table: pl.DataFrame, column: str, targets: list[str]) -> np.ndarray:
    """Numbers of the rows with words and as many tags, not all of them absent.

    Raises:
        ValueError: more than UNEQUAL of the rows have another number of tags.
    """
    words, tags = table[column].alias("words"), table[targets[0]].alias("tags")
    both = pl.DataFrame([words, tags]).with_row_index("row")
    both = both.filter(
        pl.col("words").list.len() > 0, pl.col("tags").list.drop_nulls().list.len() > 0
    )
    equal = both.filter(pl.col("words").list.len() == pl.col("tags").list.len())
    if len(both) - len(equal) > UNEQUAL * len(both):
        raise ValueError(
            f"expected as many tags in {targets[0]!r} as words in {column!r}, found "
            f"{len(both) - len(equal)} of {len(both)} rows where they differ. Mend or "
            "drop those rows."
        )
    return equal["row"].cast(pl.Int64).to_numpy()


def fit_on_words(table: pl.DataFrame, column: str, size: int) -> str:
    """A tokenizer of the words."""
    return fit_bpe(table[column].explode().drop_nulls().to_list(), size)


def fit_on_features(table: pl.DataFrame, column: str, size: int) -> str:
    """The features of words that have an id."""
    return fit_word_features(table[column].explode().drop_nulls().to_list(), size)


def ids_of_sentences(
    column: pl.Series, fitted: str
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ids of the words in byte pairs, and at which of them each word begins."""
    return ids_of_words(listed_words(column), fitted)


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


# ---- texts, and what comes next


def rows_of_texts(table: pl.DataFrame, column: str, targets: list[str]) -> np.ndarray:
    """Numbers of the rows that have a text."""
    known = table[column].alias("text").fill_null("") != ""
    return np.flatnonzero(known.to_numpy())


def texts_as_they_are(column: pl.Series) -> pl.Series:
    """Texts; where words are read, their place has what finds lists in a column."""
    return column.cast(pl.String)


def fit_on_texts(table: pl.DataFrame, column: str, size: int) -> str:
    """A tokenizer of the texts."""
    return fit_bpe(table[column].to_list(), size)


def ids_of_running(
    column: pl.Series, fitted: str
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ids of texts, each of which stands for itself."""
    found = ids_of_texts(column.to_list(), fitted)
    return [(ids, np.arange(len(ids))) for ids in found]


def cut_texts(
    encoded: list[tuple[np.ndarray, np.ndarray]],
    table: pl.DataFrame,
    targets: list[str],
    classes: list[str],
    limit: int,
) -> Windows:
    """Windows of `limit` ids; at each the next one is learned, the end of a text too."""
    windows = Windows([], [], [], [], np.zeros(0, int), np.zeros(0, int))
    rows, starts = [], []
    for row, (ids, _) in enumerate(encoded):
        read, comes = np.append(END, ids), np.append(ids, END)
        for start in range(0, len(read), limit):
            windows.input.append(read[start : start + limit])
            windows.target.append(comes[start : start + limit])
            windows.places.append(np.arange(len(windows.input[-1])))
            windows.truth.append(comes[start : start + limit])
            rows.append(row)
            starts.append(start)
    return windows._replace(row=np.array(rows, int), start=np.array(starts, int))
