"""From texts to the steps that a model reads: ids of byte pairs.

What is fitted here is fitted on training rows alone, and kept as plain data in
data/prepared. Which columns are texts, and how long one may be, stands in dataloader.py.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import polars as pl
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor

VOCABULARY = 1000  # byte pairs at most
LOWER_CASE = True  # a word is the same however its letters are cased

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


# ---- lengths -------------------------------------------------------------------------


def shortened(steps: np.ndarray, longest: int) -> np.ndarray:
    """At most `longest` steps: the first quarter of them and, of the end, the rest.

    Beginning and end say most of what a long text is about, the end more of what it
    comes to (Sun et al., 2019, arXiv:1905.05583).
    """
    if len(steps) <= longest:
        return steps
    first = longest // 4
    return np.concatenate([steps[:first], steps[len(steps) - longest + first :]])


# ---- byte pair texts -----------------------------------------------------------------

FITTED_ROWS = 200_000  # from which byte pairs are learned, evenly spaced
ROWS_AT_ONCE = 10_000


def fit_byte_pairs(
    train: pl.DataFrame, vocabulary: int, lower_case: bool
) -> dict[str, Any]:
    """Byte pairs of training texts, as plain data.

    Args:
        train: Columns of texts, null where there is none.
        vocabulary: Ids at most.
        lower_case: Whether a word is the same however its letters are cased.
    """
    few = train.gather_every(max(1, len(train) // FITTED_ROWS))
    texts = (
        text
        for name in train.columns
        for text in plain(few[name], lower_case).to_list()
    )
    tokens = fit_bpe(texts, vocabulary)
    return {"size": size_of_bpe(tokens), "lower_case": lower_case, "tokens": tokens}


def plain(column: pl.Series, lower_case: bool) -> pl.Series:
    """Texts as they are told apart; "" where there is none."""
    texts = column.alias("text").fill_null("")
    return texts.str.to_lowercase() if lower_case else texts


def byte_pair_steps(
    table: pl.DataFrame, fitted: dict[str, Any], longest: int
) -> Iterator[np.ndarray]:
    """The ids of each row, int32 (T,), T from 0 to `longest`.

    Several columns follow each other, END between them, so that a place in the row says
    which column it is of; a row without any text has no step.
    """
    between = np.array([END])
    for rows in table.iter_slices(ROWS_AT_ONCE):
        columns = [
            ids_of_texts(
                plain(column, fitted["lower_case"]).to_list(), fitted["tokens"]
            )
            for column in rows
        ]
        for first, *others in zip(*columns, strict=True):
            if not any(map(len, [first, *others])):
                yield np.zeros(0, dtype=np.int32)
                continue
            joined = [first]
            for other in others:
                joined += [between, other]
            yield shortened(np.concatenate(joined), longest).astype(np.int32)


# ---- texts ---------------------------------------------------------------------------


def fit_texts(train: pl.DataFrame) -> dict[str, Any]:
    """All that encoding needs to know of the training texts, as plain data."""
    return fit_byte_pairs(train, VOCABULARY, LOWER_CASE)


def steps_of(
    texts: pl.DataFrame, fitted: dict[str, Any], longest: int
) -> Iterator[np.ndarray]:
    """The ids of each row, int32 (T,), T from 0 to `longest`."""
    return byte_pair_steps(texts, fitted, longest)


def text_arguments(fitted: dict[str, Any]) -> dict[str, Any]:
    """What a model can use beyond its five arguments, if it accepts it."""
    return {"kind": "tokens"}


def compared(anew: dict[str, Tensor], prepared: dict[str, Tensor]) -> dict[str, Tensor]:
    """Steps that were encoded anew, to be held against `prepared`: ids are exact."""
    return anew
