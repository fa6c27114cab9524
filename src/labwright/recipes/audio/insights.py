"""What gives the target away without a sound being heard, and which pitches count.

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
from labwright.parts.mel import mel_edges
from labwright.recipes.audio.dataloader import BANDS, RATE, TARGETS, Rows, decode
from labwright.recipes.shared.scoring import (
    HIGHER_IS_BETTER,
    INFERENCE_ROWS,
    judge,
    predict,
)

GROUPS = 8  # of neighbouring bands, each permuted as one
# Rows are chosen so that the model reads at most so many frames for all groups; about
# half a minute on a CPU.
FRAMES = 100_000 if not torch.cuda.is_available() else 10_000_000
FEWEST_ROWS = 32  # that are looked at
MOST_ROWS = 2000

# ---- give-aways ----------------------------------------------------------------------


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """How a sound is recorded, where that alone nearly tells the target."""
    recorded = {
        "duration (s)": train.table["(duration)"],
        "samples a second": train.table["(rate)"],
        "channels": train.table["(channels)"],
        "loudness (dB)": train.table["(loudness)"],
    }
    targets = {name: train.table[name] for name in TARGETS}
    return give_aways(pl.DataFrame(recorded | targets), TARGETS)


# ---- importance ----------------------------------------------------------------------


def importance(
    model: lightning.LightningModule, val: Rows, size: int = INFERENCE_ROWS
) -> list[dict[str, Any]]:
    """How much the metric loses when some bands are those of other sounds.

    On validation rows. Sounds differ in length: a sound that gets the bands of a shorter
    one hears them again from their beginning.
    """
    length = max(1, int(val.lengths.max()))
    rows = min(len(val), MOST_ROWS, max(FEWEST_ROWS, FRAMES // (GROUPS * length)))
    chosen = torch.linspace(0, len(val) - 1, rows).long()
    truth = val.truth[chosen.numpy()]
    batches = [val[few] for few in torch.split(chosen, size)]

    def score(changed: list[dict[str, Tensor]]) -> float:
        read: Any = changed
        outputs = predict(model, DataLoader(read, batch_size=None))
        return judge(decode(outputs), truth) * (1 if HIGHER_IS_BETTER else -1)

    whole, hertz = score(batches), mel_edges(RATE, BANDS)
    order = np.random.default_rng(0).permutation(rows)
    losses = []
    for group in np.array_split(np.arange(BANDS), GROUPS):
        changed = with_bands_of_others(batches, torch.from_numpy(group), order)
        name = f"{hertz[group[0]]:,.0f} to {hertz[group[-1] + 1]:,.0f} Hz"
        losses.append({"column": name, "drop": whole - score(changed)})
    return sorted(losses, key=lambda found: -found["drop"])


def with_bands_of_others(
    batches: list[dict[str, Tensor]], bands: Tensor, order: np.ndarray
) -> list[dict[str, Tensor]]:
    """The batches, each row with some bands of the row that `order` puts in its place."""
    sounds = [
        input[mask]
        for batch in batches
        for input, mask in zip(batch["input"], batch["mask"], strict=True)
    ]
    changed, first = [], 0
    for batch in batches:
        input = batch["input"].clone()
        for row, mask in enumerate(batch["mask"]):
            other = sounds[order[first + row]][:, bands]  # (T of the other, bands)
            steps = torch.arange(int(mask.sum())) % len(other)
            input[row, : len(steps), bands] = other[steps]
        changed.append(batch | {"input": input})
        first += len(input)
    return changed
