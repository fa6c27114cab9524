"""What is to be predicted: which rows have it, and from the model's outputs back to it.

Which column holds it stands in dataloader.py.
"""

import numpy as np
import polars as pl
from torch import Tensor

# ---- windows -------------------------------------------------------------------------


def rows_of_texts(table: pl.DataFrame, column: str, targets: list[str]) -> np.ndarray:
    """Numbers of the rows that have a text."""
    known = table[column].alias("text").fill_null("") != ""
    return np.flatnonzero(known.to_numpy())


# ---- word outcomes -------------------------------------------------------------------


def decode_tokens(raw: Tensor, classes: list[str]) -> np.ndarray:
    """Log-probabilities and hits, (N, W, 2), as they are."""
    scores: np.ndarray = raw.numpy()
    return scores


# ---- the target ----------------------------------------------------------------------


def rows_in_use(
    table: pl.DataFrame, column: str, targets: list[str], most: int | None, seed: int
) -> np.ndarray:
    """Numbers of the rows that can be learned, at most `most` drawn by chance."""
    rows = rows_of_texts(table, column, targets)
    if most is None or len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def decoded(raw: Tensor, classes: list[str]) -> np.ndarray:
    """What is kept of the model's outputs, as metrics compare it."""
    return decode_tokens(raw, classes)
