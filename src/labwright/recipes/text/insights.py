"""What the words tell: which give the target away, and which the model relies on.

Written into results.json by train.py; nothing here needs editing.
"""

import re
from typing import Any

import numpy as np
import polars as pl
import pytorch_lightning as lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from labwright.parts.tf_idf import joined_texts
from labwright.parts.word_leaks import telling_words, word_give_aways
from labwright.recipes.shared.scoring import (
    HIGHER_IS_BETTER,
    INFERENCE_ROWS,
    judge,
    predict,
)
from labwright.recipes.text.dataloader import (
    TEXTS,
    Rows,
    decode,
    encode_rows,
    get_dataloaders,
)
from labwright.recipes.text.padding import batch_of

WORDS = 20  # that are left out, one after the other
IMPORTANCE_ROWS = 500  # validation rows at most, evenly spaced

# ---- give-aways ----------------------------------------------------------------------


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """Words of the training texts that nearly give the target away by themselves."""
    return word_give_aways(joined_texts(train.table, TEXTS), train.truth)


# ---- importance ----------------------------------------------------------------------


def pattern_of(word: str) -> str:
    """What finds a word of a text, however it is cased."""
    return rf"(?i)\b{re.escape(word)}\b"


def having(table: pl.DataFrame, word: str) -> np.ndarray:
    """Numbers of the rows whose texts have a word."""
    cells = pl.selectors.by_name(TEXTS).str.contains(pattern_of(word)).fill_null(False)
    return np.flatnonzero(table.select(pl.any_horizontal(cells)).to_series().to_numpy())


def without(table: pl.DataFrame, word: str) -> pl.DataFrame:
    """The rows with a word taken out of their texts."""
    cells = pl.selectors.by_name(TEXTS)
    return table.with_columns(cells.str.replace_all(pattern_of(word), ""))


def outputs(model: lightning.LightningModule, table: pl.DataFrame, size: int) -> Tensor:
    """Raw outputs of the model for clean rows, float32 (N, output_dim)."""
    steps = encode_rows(table)
    order = torch.tensor([len(each) for each in steps]).argsort(stable=True)
    some = [order[start : start + size] for start in range(0, len(order), size)]
    batches: Any = [batch_of([steps[i] for i in rows.tolist()]) for rows in some]
    raw = predict(model, DataLoader(batches, batch_size=None))
    return raw[order.argsort()]


def importance(
    model: lightning.LightningModule, val: Rows, size: int = INFERENCE_ROWS
) -> list[dict[str, Any]]:
    """How much the metric loses when a word is left out, on validation rows.

    The words are those that tell most of the target in the training texts; "texts" says
    in how many of the rows a word is, for what is rare can cost only little.
    """
    train = get_dataloaders(num_workers=0)[0].dataset
    told = telling_words(joined_texts(train.table, TEXTS), train.truth, WORDS)
    chosen = torch.linspace(0, len(val) - 1, min(IMPORTANCE_ROWS, len(val))).long()
    table, truth = val.table[chosen.numpy()], val.truth[chosen.numpy()]
    rows = {word: found for word, _ in told if len(found := having(table, word))}
    if not rows:
        return []
    raw = outputs(model, table, size)
    changed = [without(table[found], word) for word, found in rows.items()]
    anew = outputs(model, pl.concat(changed), size)
    sign = 1 if HIGHER_IS_BETTER else -1
    whole = judge(decode(raw), truth)
    losses = []
    for (word, found), part in zip(
        rows.items(), torch.split(anew, [len(each) for each in changed]), strict=True
    ):
        left = raw.clone()
        left[torch.from_numpy(found)] = part
        drop = sign * (whole - judge(decode(left), truth))
        losses.append({"column": word, "drop": drop, "texts": len(found)})
    return sorted(losses, key=lambda each: -float(each["drop"]))
