"""What the columns tell: which give the target away, and which the model relies on.

Written into results.json by train.py; nothing here needs editing.
"""

from typing import Any

import numpy as np
import polars as pl
import pytorch_lightning as lightning
import torch
from torch.utils.data import DataLoader

from labwright.parts.leaks import give_aways
from labwright.recipes.forecast.dataloader import (
    KNOWN_IN_ADVANCE,
    PAST,
    SEASONS,
    TARGETS,
    Rows,
    decode,
)
from labwright.recipes.forecast.encoding import inputs_of
from labwright.recipes.forecast.windows import View
from labwright.recipes.shared.scoring import (
    HIGHER_IS_BETTER,
    INFERENCE_ROWS,
    judge,
    predict,
)

IMPORTANCE_WINDOWS = 128 if not torch.cuda.is_available() else 1_024
IMPORTANCE_COLUMNS = 32  # at most

# ---- give-aways ----------------------------------------------------------------------


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """Columns known in advance that nearly give the target of their step away."""
    cells = np.unique(train.cells)
    known = {
        name: train.grid.known[cells, i] for i, name in enumerate(KNOWN_IN_ADVANCE)
    }
    table = pl.DataFrame(known | {TARGETS[0]: train.grid.target[cells]}, strict=False)
    whole = table.fill_nan(None).drop_nulls(pl.selectors.by_name(TARGETS))
    return give_aways(whole, TARGETS) if known else []


# ---- importance ----------------------------------------------------------------------


def importance(
    model: lightning.LightningModule, val: Rows, size: int = INFERENCE_ROWS
) -> list[dict[str, Any]]:
    """How much the metric loses when a column is that of other windows, on validation.

    What the offset makes of the column is lost with it. The target's own column stands
    for its history and its seasons.
    """
    rows = np.linspace(0, len(val) - 1, min(len(val), IMPORTANCE_WINDOWS)).astype(int)
    truth, view = val.truth[rows], val.view(rows)
    order = np.random.default_rng(0).permutation(len(rows))

    def score(seen: View) -> float:
        whole = inputs_of(seen, val.encoder)
        pieces = torch.split(torch.arange(len(rows)), size)
        batches: Any = [{k: v[some] for k, v in whole.items()} for some in pieces]
        outputs = predict(model, DataLoader(batches, batch_size=None))
        return judge(decode(outputs), truth) * (1 if HIGHER_IS_BETTER else -1)

    best = score(view)
    dealt = {
        TARGETS[0]: ("value", "given", "last", "lags"),
        "calendar": ("waves",),
    }
    changed = {
        name: view | {key: view[key][order] for key in keys}
        for name, keys in dealt.items()
        if all(view[key].size for key in keys)
    }
    for i, name in enumerate(PAST):
        changed[name] = view | {"past": with_other(view["past"], [i], order)}
    for i, name in enumerate(KNOWN_IN_ADVANCE):
        before = [i + len(KNOWN_IN_ADVANCE) * k for k in range(len(SEASONS))]
        changed[name] = view | {
            "known": with_other(view["known"], [i], order),
            "known_before": with_other(view["known_before"], before, order),
        }
    chosen = list(changed)[:IMPORTANCE_COLUMNS]
    losses = {name: best - score(changed[name]) for name in chosen}
    ranked = sorted(losses.items(), key=lambda item: -item[1])
    return [{"column": name, "drop": loss} for name, loss in ranked]


def with_other(values: np.ndarray, columns: list[int], order: np.ndarray) -> np.ndarray:
    """A copy (B, T, C) whose `columns` are those of other windows."""
    copy = np.array(values)
    copy[..., columns] = values[order][..., columns]
    return copy
