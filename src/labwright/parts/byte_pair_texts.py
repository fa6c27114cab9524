"""Texts of one or several columns as the ids of byte pairs that training texts have."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from labwright.parts.bpe import END, fit_bpe, ids_of_texts, size_of_bpe
from labwright.parts.lengths import shortened

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
