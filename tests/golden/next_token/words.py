"""From rows of words, or texts, to windows of sub-words.

Which column is read, and how many sub-words there are, stands in dataloader.py; here is
only how.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

# ---- bpe -----------------------------------------------------------------------------

END = 1  # the id of the end of a text
SPECIAL = ["<padding>", "<end>"]
BYTES = 256  # ids of single bytes, the smallest vocabulary
TEXTS_AT_ONCE = 10_000


def fit_bpe(texts: Iterable[str], size: int, least: int = 2) -> str:
    """A tokenizer of at most `size` ids, from the pairs met at least `least` times.

    The same texts in the same order give the same tokenizer. A word is the same ids
    wherever it stands: a text begins as if a blank stood before it.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=max(size, BYTES + len(SPECIAL)),
        min_frequency=least,
        special_tokens=SPECIAL,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    fitted: str = tokenizer.to_str()
    return fitted


def opened_bpe(fitted: str) -> Tokenizer:
    """The tokenizer; what it calls <end> is text where a text says so."""
    tokenizer = Tokenizer.from_str(fitted)
    tokenizer.encode_special_tokens = True
    return tokenizer


def size_of_bpe(fitted: str) -> int:
    """How many ids there are, those of padding and end among them."""
    size: int = Tokenizer.from_str(fitted).get_vocab_size()
    return size


def ids_of_texts(texts: list[str], fitted: str) -> list[np.ndarray]:
    """The ids of each text, int64 (T,); none for an empty one."""
    tokenizer = opened_bpe(fitted)
    found: list[np.ndarray] = []
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        encoded = tokenizer.encode_batch_fast(texts[start : start + TEXTS_AT_ONCE])
        found += [np.array(one.ids, dtype=np.int64) for one in encoded]
    return found


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


# ---- words to sub-words --------------------------------------------------------------


def listed(table: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The table with lists of texts as such, however its file stores them."""
    return table.with_columns(texts_as_they_are(table[name]) for name in columns)


def fit_words(train: pl.DataFrame, column: str, size: int) -> str:
    """The sub-words that the training rows determine, as JSON text."""
    return fit_on_texts(train, column, size)


def count_subwords(fitted: str) -> int:
    """How many ids there are, that of padding among them."""
    return size_of_bpe(fitted)


def cut(
    table: pl.DataFrame,
    column: str,
    targets: list[str],
    classes: list[str],
    fitted: str,
    limit: int,
) -> Windows:
    """What the model reads and learns of each row, in one window or several."""
    encoded = ids_of_running(table[column], fitted)
    return cut_texts(encoded, table, targets, classes, limit)
