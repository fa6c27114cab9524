"""Texts as the ids that a pretrained encoder reads, by its own tokenizer."""

from pathlib import Path

import numpy as np
import polars as pl
from tokenizers import Tokenizer

from labwright.parts.lengths import shortened


def opened_tokenizer(folder: Path) -> Tokenizer:
    """The encoder's own, without cutting or padding; a special token's name is text."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.encode_special_tokens = True
    return tokenizer


def encoder_ids(
    rows: pl.DataFrame, tokenizer: Tokenizer, longest: int
) -> list[np.ndarray]:
    """The encoder's ids of each row, int64 (T,), T from 0 to `longest`.

    The encoder's special tokens stand before and behind a row, those behind it between
    its columns too; a row without any text has no step.
    """
    example = tokenizer.encode("a")
    ids = np.array(example.ids, dtype=np.int64)
    inside = np.flatnonzero(np.array(example.special_tokens_mask) == 0)
    before, behind = ids[: inside[0]], ids[inside[-1] + 1 :]
    room = longest - len(before) - len(behind)
    texts = [column.fill_null("").to_list() for column in rows]
    columns = [tokenizer.encode_batch(each, add_special_tokens=False) for each in texts]
    steps = []
    for first, *others in zip(*columns, strict=True):
        if not any(piece.ids for piece in (first, *others)):
            steps.append(np.zeros(0, dtype=np.int64))
            continue
        joined = [np.array(first.ids, dtype=np.int64)]
        for piece in others:
            joined += [behind, np.array(piece.ids, dtype=np.int64)]
        content = shortened(np.concatenate(joined), room)
        steps.append(np.concatenate([before, content, behind]))
    return steps
