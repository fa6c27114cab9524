"""From texts to the steps that a model reads.

What is fitted here is fitted on training rows alone, and kept as plain data in
data/prepared. Which columns are texts, and how long one may be, stands in dataloader.py.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor

from labwright.parts.byte_pair_texts import (
    byte_pair_arguments,
    byte_pair_steps,
    fit_byte_pairs,
)
from labwright.parts.fetch_weights import no_weights

# ---- texts ---------------------------------------------------------------------------


def fetch_weights(
    name: str, revision: str | None, files: dict[str, str | None], folder: Path
) -> None:
    """Bring the files of a pretrained encoder, if there is one, into `folder`."""
    no_weights(name, revision, files, folder)


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


# ---- batches -------------------------------------------------------------------------


def letters(rows: pl.DataFrame, columns: list[str]) -> np.ndarray:
    """How long the texts of each row are, in bytes, int64 (N,)."""
    texts = pl.selectors.by_name(columns).fill_null("").str.len_bytes()
    return rows.select(pl.sum_horizontal(texts)).to_series().cast(pl.Int64).to_numpy()


def as_input(steps: Tensor, mask: Tensor) -> dict[str, Tensor]:
    """Ids as int64 (B, T), vectors as float32 (B, T, C)."""
    whole = steps.float() if steps.is_floating_point() else steps.long()
    return {"input": whole, "mask": mask}


def batch_of(steps: list[Tensor]) -> dict[str, Tensor]:
    """`input` and `mask` of a few rows, padded to the longest of them."""
    lengths = torch.tensor([len(each) for each in steps])
    mask = torch.arange(max(1, int(lengths.max()))) < lengths[:, None]
    values = steps[0].new_zeros(*mask.shape, *steps[0].shape[1:])
    values[mask] = torch.cat(steps)
    return as_input(values, mask)
