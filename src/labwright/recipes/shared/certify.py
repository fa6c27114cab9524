"""What a reader needs to trust the figures: the split, give-aways, and what is relied on.

Written into results.json by train.py; nothing here needs editing.
"""

from typing import Any

import polars as pl
import pytorch_lightning as lightning
import torch
from torch.utils.data import DataLoader

from labwright.parts.certificate import (
    hash_of_rows,
    rows_also_in_train,
    values_in_two_parts,
)
from labwright.parts.importance import permutation_importance
from labwright.parts.leaks import give_aways
from labwright.recipes.shared.evaluate import SPLIT_RULE
from labwright.recipes.shared.scoring import (
    HIGHER_IS_BETTER,
    INFERENCE_ROWS,
    judge,
    predict,
)
from labwright.recipes.table.dataloader import (
    SPLIT_COLUMN,
    TARGETS,
    Rows,
    decode,
    encode_rows,
)

# Importance permutes every column in turn. Its rows are chosen so that the model reads at
# most so many values; about half a minute on a CPU.
IMPORTANCE_VALUES = 200_000 if not torch.cuda.is_available() else 20_000_000
IMPORTANCE_ROWS = (64, 2000)  # at least and at most
IMPORTANCE_COLUMNS = 64  # at most

# ---- certificate ---------------------------------------------------------------------


def certificate(parts: dict[str, Rows], test_looks: int) -> dict[str, Any]:
    """How the rows were dealt, provably: the part "split" of results.json."""
    train = parts["train"]
    tables = {name: rows.table for name, rows in parts.items()}
    columns = [*train.numbers, *train.categories, *TARGETS]
    others = [table for name, table in tables.items() if name != "train"]
    overlap = {"equal_rows": rows_also_in_train(tables["train"], others, columns)}
    if SPLIT_RULE == "group" and SPLIT_COLUMN:
        overlap["groups"] = values_in_two_parts(list(tables.values()), SPLIT_COLUMN)
    return {
        "rule": SPLIT_RULE,
        "column": SPLIT_COLUMN,
        "rows": {name: len(rows) for name, rows in parts.items()},
        "hashes": {name: hash_of_rows(rows.ids) for name, rows in parts.items()},
        "overlap": overlap,
        "test_looks": test_looks,
    }


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """Training columns that nearly give the target away."""
    columns = [*train.numbers, *train.categories, *TARGETS]
    return give_aways(train.table.select(pl.selectors.by_name(columns)), TARGETS)


# ---- importance ----------------------------------------------------------------------


def importance(
    model: lightning.LightningModule, val: Rows, size: int = INFERENCE_ROWS
) -> list[dict[str, Any]]:
    """How much the metric loses when a column is permuted, on validation rows."""
    columns = [*val.numbers, *val.categories]
    low, high = IMPORTANCE_ROWS
    rows = min(high, max(low, IMPORTANCE_VALUES // len(columns) ** 2), len(val))
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
