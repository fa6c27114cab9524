"""What the series tell: what gives the target away, and what the model relies on.

Written into results.json by train.py; nothing here needs editing.
"""

from typing import Any

import numpy as np
import polars as pl
import pytorch_lightning as lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from labwright.parts.leaks import give_aways
from labwright.recipes.series.dataloader import (
    CHANNELS,
    PATCH,
    TARGETS,
    Rows,
    decode,
)
from labwright.recipes.series.features import figures
from labwright.recipes.shared.scoring import (
    HIGHER_IS_BETTER,
    INFERENCE_ROWS,
    judge,
    predict,
)

SCANNED_ROWS = 2_000  # training series whose figures are compared with the target
IMPORTANCE_ROWS = 500  # validation series at most
IMPORTANCE_CHANNELS = 32  # at most
SEGMENTS = 8  # of time, each dealt to other series in turn

# ---- give-aways ----------------------------------------------------------------------


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """Figures of the training series that nearly give the target away."""
    most = min(len(train), SCANNED_ROWS)
    rows = train.table[np.linspace(0, len(train) - 1, most).astype(int)]
    found = figures(rows, train.encoder["steps"])
    columns = {name: pl.Series(x).fill_nan(None) for name, x in found.items()}
    known = {name: rows[name] for name in TARGETS}
    free = {name: x for name, x in columns.items() if name not in known}
    return give_aways(pl.DataFrame(free | known), TARGETS)


# ---- importance ----------------------------------------------------------------------


def importance(
    model: lightning.LightningModule, val: Rows, size: int = INFERENCE_ROWS
) -> list[dict[str, Any]]:
    """How much the metric loses when a channel, or a piece of time, is another series'.

    Channels and pieces are dealt among validation series of about one length, so that
    what a series has in their place is as real as before.
    """
    most = min(len(val), IMPORTANCE_ROWS)
    chosen = torch.linspace(0, len(val) - 1, most).long()  # evenly spaced, by length
    batches = [val[rows] for rows in torch.split(chosen, size)]
    truth = val.truth[chosen.numpy()]

    def score(changed: Any) -> float:
        outputs = predict(model, DataLoader(changed, batch_size=None))
        return judge(decode(outputs), truth) * (1 if HIGHER_IS_BETTER else -1)

    whole = score(batches)
    channels = list(CHANNELS)[:IMPORTANCE_CHANNELS] if len(CHANNELS) > 1 else []
    losses = {
        name: whole - score([dealt(batch, channel=i) for batch in batches])
        for i, name in enumerate(channels)
    }
    for piece in range(SEGMENTS):
        share = piece / SEGMENTS, (piece + 1) / SEGMENTS
        name = f"{share[0]:.0%} to {share[1]:.0%} of the time"
        losses[name] = whole - score([dealt(batch, share=share) for batch in batches])
    ranked = sorted(losses.items(), key=lambda item: -item[1])
    return [{"column": name, "drop": loss} for name, loss in ranked]


def dealt(
    batch: dict[str, Tensor],
    channel: int | None = None,
    share: tuple[float, float] = (0.0, 1.0),
) -> dict[str, Tensor]:
    """A batch in which a channel, or a share of the time, is that of other rows.

    A step that the other row lacks is 0, the mean; which steps there are stays as it is.
    """
    mask = batch["mask"]
    values = batch["input"].reshape(*mask.shape, PATCH, -1).clone()  # (…, C)
    others = values[torch.randperm(len(values), generator=torch.manual_seed(0))]
    time = torch.arange(mask.shape[1]) / mask.sum(dim=1, keepdim=True).clamp(min=1)
    inside = (time >= share[0]) & (time < share[1]) & mask  # (B, T)
    picked = slice(None) if channel is None else slice(channel, channel + 1)
    values[..., picked] = torch.where(
        inside[..., None, None], others[..., picked], values[..., picked]
    )
    return {"input": values.flatten(2), "mask": mask}
