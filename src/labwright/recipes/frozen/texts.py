"""From texts to the steps that a model reads: vectors of a pretrained encoder.

The encoder is never trained here; its vectors are computed once and kept in
data/prepared. Which one it is stands in encoder.py; which columns are texts, and how long
one may be, in dataloader.py.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from torch import Tensor

from labwright.parts.alike import nearly
from labwright.parts.frozen import fit_vectors, vector_steps
from labwright.recipes.frozen.encoder import encoder

# ---- texts ---------------------------------------------------------------------------


def fit_texts(train: pl.DataFrame) -> dict[str, Any]:
    """What identifies the encoder, as plain data; nothing is fitted to the texts."""
    return fit_vectors(encoder())


def steps_of(
    texts: pl.DataFrame, fitted: dict[str, Any], longest: int
) -> Iterator[np.ndarray]:
    """The vectors of each row, float16 (T, C), T from 0 to `longest`."""
    return vector_steps(texts, fitted, longest, encoder())


def text_arguments(fitted: dict[str, Any]) -> dict[str, Any]:
    """What a model can use beyond its five arguments, if it accepts it."""
    return {"kind": "vectors"}


def compared(anew: dict[str, Tensor], prepared: dict[str, Tensor]) -> dict[str, Tensor]:
    """Steps that were encoded anew, to be held against those that were prepared."""
    return nearly(anew, prepared)
