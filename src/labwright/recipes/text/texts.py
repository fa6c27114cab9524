"""From texts to the steps that a model reads.

What is fitted here is fitted on training rows alone, and kept as plain data in
data/prepared. Which columns are texts, and how long one may be, stands in dataloader.py.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from torch import Tensor

from labwright.parts.alike import exactly
from labwright.parts.byte_pair_texts import (
    byte_pair_arguments,
    byte_pair_steps,
    fit_byte_pairs,
)

# ---- texts ---------------------------------------------------------------------------


def fit_texts(
    train: pl.DataFrame, vocabulary: int, lower_case: bool, folder: Path
) -> dict[str, Any]:
    """All that encoding needs to know of the training texts, as plain data."""
    return fit_byte_pairs(train, vocabulary, lower_case, folder)


def steps_of(
    texts: pl.DataFrame, fitted: dict[str, Any], longest: int, folder: Path
) -> Iterator[np.ndarray]:
    """The steps of each row, (T,) or (T, C), T from 0 to `longest`."""
    return byte_pair_steps(texts, fitted, longest, folder)


def text_arguments(fitted: dict[str, Any]) -> dict[str, Any]:
    """What a model can use beyond its five arguments, if it accepts it."""
    return byte_pair_arguments(fitted)


def compared(anew: dict[str, Tensor], prepared: dict[str, Tensor]) -> dict[str, Tensor]:
    """Steps that were encoded anew, to be held against those that were prepared."""
    return exactly(anew, prepared)
