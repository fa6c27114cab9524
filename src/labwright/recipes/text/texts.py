"""From texts to the steps that a model reads: ids of byte pairs.

What is fitted here is fitted on training rows alone, and kept as plain data in
data/prepared. Which columns are texts, and how long one may be, stands in dataloader.py.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from torch import Tensor

from labwright.parts.byte_pair_texts import byte_pair_steps, fit_byte_pairs

VOCABULARY = 1_000  # byte pairs at most
LOWER_CASE = True  # a word is the same however its letters are cased

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
