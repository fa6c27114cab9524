"""What the columns tell: which give the target away, and which the model relies on.

Written into results.json by train.py; nothing here needs editing.
"""

from typing import Any

import polars as pl
import pytorch_lightning as lightning
import torch
from torch.utils.data import DataLoader

from labwright.parts.importance import permutation_importance
from labwright.parts.leaks import give_aways
from labwright.recipes.shared.scoring import (
    HIGHER_IS_BETTER,
    INFERENCE_ROWS,
    judge,
    predict,
)
from labwright.recipes.table.dataloader import TARGETS, Rows, decode, encode_rows

# Importance permutes every column in turn. Its rows are chosen so that the model reads at
# most so many values; about half a minute on a CPU.
IMPORTANCE_VALUES = 200_000 if not torch.cuda.is_available() else 20_000_000
IMPORTANCE_ROWS = (64, 2000)  # at least and at most
IMPORTANCE_COLUMNS = 64  # at most

# ---- give-aways ----------------------------------------------------------------------


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """Training columns that nearly give the target away."""
    columns = [*train.columns, *TARGETS]
    return give_aways(train.table.select(pl.selectors.by_name(columns)), TARGETS)


# ---- importance ----------------------------------------------------------------------


def importance(
    model: lightning.LightningModule, val: Rows, size: int = INFERENCE_ROWS
) -> list[dict[str, Any]]:
    """How much the metric loses when a column is permuted, on validation rows."""
    columns = val.columns
    low, high = IMPORTANCE_ROWS
    features = val.arrays["input"].shape[1]  # a text has several
    wanted = IMPORTANCE_VALUES // (features * len(columns))
    rows = min(high, max(low, wanted), len(val))
    chosen = torch.linspace(0, len(val) - 1, rows).long().numpy()  # evenly spaced
    truth = val.truth[chosen]

    def score(table: Any) -> float:
        values, known = encode_rows(table)
        pairs = zip(torch.split(values, size), torch.split(known, size), strict=True)
        batches: Any = [{"input": x, "mask": mask} for x, mask in pairs]
        outputs = predict(model, DataLoader(batches, batch_size=None))
        return judge(decode(outputs), truth) * (1 if HIGHER_IS_BETTER else -1)

    losses = permutation_importance(
        score, val.table[chosen], columns[:IMPORTANCE_COLUMNS]
    )
    return [{"column": name, "drop": loss} for name, loss in losses.items()]
