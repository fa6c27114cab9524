"""What gives the target away without a picture being seen, and where the model looks.

Written into results.json by train.py; nothing here needs editing.
"""

from typing import Any

import polars as pl
import pytorch_lightning as lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from labwright.parts.leaks import give_aways
from labwright.recipes.image.dataloader import (
    HEIGHT,
    PATCH,
    TARGETS,
    WIDTH,
    Rows,
    decode,
)
from labwright.recipes.shared.scoring import (
    HIGHER_IS_BETTER,
    INFERENCE_ROWS,
    judge,
    predict,
)

UPRIGHT = ("top", "middle", "bottom")
ACROSS = ("left", "centre", "right")
# Rows are chosen so that the model reads at most so many patches for all regions; about
# half a minute on a CPU.
PATCHES = 200_000 if not torch.cuda.is_available() else 20_000_000
FEWEST_ROWS = 32  # of the validation part
MOST_ROWS = 2000

# ---- give-aways ----------------------------------------------------------------------


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """How an image is stored, where that alone nearly tells the target."""
    stored = {
        "height of the image": train.table["(height)"],
        "width of the image": train.table["(width)"],
        "colour mode of the file": train.table["(mode)"],
        "format of the file": train.table["(form)"],
        "bytes of the file": train.table["(bytes)"],
    }
    targets = {name: train.table[name] for name in TARGETS}
    return give_aways(pl.DataFrame(stored | targets), TARGETS)


# ---- importance ----------------------------------------------------------------------


def importance(
    model: lightning.LightningModule, val: Rows, size: int = INFERENCE_ROWS
) -> list[dict[str, Any]]:
    """How much the metric loses when a ninth of the canvas is hidden, on validation rows."""
    rows, columns = HEIGHT // PATCH, WIDTH // PATCH
    most = max(FEWEST_ROWS, PATCHES // (10 * rows * columns))
    chosen = torch.linspace(0, len(val) - 1, min(len(val), MOST_ROWS, most)).long()
    truth = val.truth[chosen.numpy()]
    batches = [val[few] for few in torch.split(chosen, size)]

    def score(hidden: Tensor) -> float:
        read: Any = [without(batch, hidden) for batch in batches]
        outputs = predict(model, DataLoader(read, batch_size=None))
        return judge(decode(outputs), truth) * (1 if HIGHER_IS_BETTER else -1)

    whole = score(torch.zeros(rows * columns, dtype=torch.bool))
    region = (torch.arange(rows) * 3 // rows)[:, None] * 3 + (
        torch.arange(columns) * 3 // columns
    )
    losses = [
        {
            "column": f"{UPRIGHT[number // 3]} {ACROSS[number % 3]}",
            "drop": whole - score(region.flatten() == number),
        }
        for number in sorted({*region.flatten().tolist()})
    ]
    return sorted(losses, key=lambda found: -found["drop"])


def without(batch: dict[str, Tensor], hidden: Tensor) -> dict[str, Tensor]:
    """The batch with some patches hidden."""
    mask = batch["mask"] & ~hidden
    return batch | {"input": batch["input"] * mask[:, :, None], "mask": mask}
