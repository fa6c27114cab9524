"""What a tagger relies on: what of a word, or the words around it.

Written into results.json by train.py; nothing here needs editing.
"""

from typing import Any

import numpy as np
import pytorch_lightning as lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from labwright.parts.word_features import groups_of_features
from labwright.recipes.shared.scoring import HIGHER_IS_BETTER, judge, predict
from labwright.recipes.tags.dataloader import Rows, decode

IMPORTANCE_ROWS = 500  # validation rows at most, evenly spaced

# ---- give-aways ----------------------------------------------------------------------


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """No column is read but the words, so none can give their tags away."""
    return []


# ---- importance ----------------------------------------------------------------------


def without(batch: dict[str, Tensor], features: list[int]) -> dict[str, Tensor]:
    """The batch with some features of its words hidden, as training hides them."""
    input = batch["input"].clone()
    input[..., features] = 0
    return batch | {"input": input}


def alone(batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """A batch of each word as a sentence of its own."""
    words = batch["input"][batch["mask"]][:, None]  # (words, 1, K)
    mask = torch.ones(words.shape[:2], dtype=torch.bool)
    return {"input": words, "mask": mask, "places": torch.zeros(mask.shape).long()}


def importance(
    model: lightning.LightningModule, val: Rows, size: int = 64
) -> list[dict[str, Any]]:
    """How much the metric loses when some of what is read is hidden, on validation rows.

    Of sub-words, which mean nothing one by one, nothing is said.
    """
    chosen = torch.linspace(0, len(val) - 1, min(IMPORTANCE_ROWS, len(val))).long()
    batches = [val[few] for few in torch.split(chosen, size)]
    if batches[0]["input"].ndim == 2:
        return []
    truth = val.truth[chosen.numpy()]

    def outputs(changed: Any) -> Tensor:
        return predict(model, DataLoader(changed, batch_size=None))

    def score(raw: Tensor) -> float:
        return judge(decode(raw), truth) * (1 if HIGHER_IS_BETTER else -1)

    raw = outputs(batches)
    apart = raw.clone()  # what the model says of each word alone
    places = torch.arange(truth.shape[1]) < torch.from_numpy(
        np.concatenate([batch["mask"].sum(dim=1) for batch in batches])[:, None]
    )
    apart[places] = outputs([alone(batch) for batch in batches])[:, 0]
    drops = {"the words around a word": score(raw) - score(apart)}
    for name, features in groups_of_features().items():
        hidden = outputs([without(batch, features) for batch in batches])
        drops[name] = score(raw) - score(hidden)
    ordered = sorted(drops.items(), key=lambda each: -each[1])
    return [{"column": name, "drop": drop} for name, drop in ordered]
