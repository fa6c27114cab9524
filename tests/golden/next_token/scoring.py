"""From rows to the model's outputs, and from outputs to the task's metric.

    judge(decode(predict(model, in_order(rows, size))), rows.truth)

To judge by another metric edit `figure`, METRIC and HIGHER_IS_BETTER: the best checkpoint
is chosen by it, and an edit starts a new run.
"""

import hashlib
import inspect
import json
import logging
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytorch_lightning as lightning
import torch
from pytorch_lightning.plugins.environments import LightningEnvironment
from pytorch_lightning.utilities.warnings import PossibleUserWarning
from torch import Tensor
from torch.utils.data import DataLoader

# isort: split
from dataloader import Rows

METRIC = "perplexity"  # as results.json names it
HIGHER_IS_BETTER = False
INFERENCE_ROWS = 512  # that the model reads at once

# ---- word outcomes -------------------------------------------------------------------


def scores_of_tokens(outputs: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Log-probability of the token that came, and whether it was the likeliest.

    Returns:
        float32 (B, W, 2); 0 where no token is judged.
    """
    places, target = batch["places"], batch["target"].clamp(min=0)
    chance = outputs.gather(2, target[..., None])[..., 0] - outputs.logsumexp(dim=-1)
    hit = outputs.argmax(dim=-1) == target  # (B, T)
    scores = torch.stack([chance, hit.to(chance)], dim=-1)  # (B, T, 2)
    kept = scores.gather(1, places.clamp(min=0)[..., None].expand(-1, -1, 2))
    return kept.masked_fill(places[..., None] < 0, 0)


# ---- token metrics -------------------------------------------------------------------


def log_loss_of_tokens(prediction: Tensor, target: Tensor) -> float:
    """Mean of -ln(probability given to the token that came), in nats."""
    return float(-prediction[target != -100][:, 0].double().mean())


def perplexity_of_tokens(prediction: Tensor, target: Tensor) -> float:
    """exp(log loss): among how many equally likely tokens the model hesitates."""
    known = target != -100
    return float((-prediction[known][:, 0].double().mean()).exp())


def accuracy_of_tokens(prediction: Tensor, target: Tensor) -> float:
    """Share of the tokens that were the likeliest."""
    return float(prediction[target != -100][:, 1].double().mean())


def more_about_tokens(prediction: Tensor, target: Tensor) -> dict[str, float]:
    """What else a reader wants to know."""
    return {
        "perplexity": perplexity_of_tokens(prediction, target),
        "log_loss": log_loss_of_tokens(prediction, target),
        "accuracy": accuracy_of_tokens(prediction, target),
    }


# ---- what was used ------------------------------------------------------------------


def digest(encoder: dict[str, Any]) -> str:
    """The identity of a fitted encoder; the last bits of a sum do not belong to it."""
    fitted: Any = json.loads(json.dumps(encoder), parse_float=rounded)
    return hashlib.sha256(json.dumps(fitted, sort_keys=True).encode()).hexdigest()


def rounded(number: str) -> str:
    return f"{float(number):.9g}"


def device_name(processes: int) -> str:
    """What trains, for the record: a process has one GPU."""
    if torch.cuda.is_available():
        return f"{processes} x {torch.cuda.get_device_name()}"
    return f"CPU, {torch.get_num_threads()} threads"


# ---- outputs -------------------------------------------------------------------------


def device_precision() -> Any:
    """bfloat16 where the device computes it, float32 elsewhere."""
    if torch.cuda.is_available():
        native = torch.cuda.is_bf16_supported(including_emulation=False)
        return "bf16-mixed" if native else "32-true"
    return "32-true"


def quieten() -> None:
    """Leave out the tips and device lines of Lightning, and warnings of no use here."""
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", category=PossibleUserWarning)
    for known in (".*LeafSpec.*", "Checkpoint directory .* is not empty"):
        warnings.filterwarnings("ignore", message=known)


def run_model(model: lightning.LightningModule, batch: dict[str, Tensor]) -> Tensor:
    """Raw outputs of a batch; the mask goes to a model that takes one."""
    mask = batch.get("mask")
    if mask is None or "mask" not in inspect.signature(model.forward).parameters:
        outputs: Tensor = model(batch["input"])
    else:
        outputs = model(batch["input"], mask)
    return outputs


def kept(outputs: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """What is judged of raw outputs, (B, …), in the same shape for every batch."""
    return scores_of_tokens(outputs.detach().float(), batch)


class Outputs(lightning.LightningModule):
    """Any model, as a Trainer predicts with it."""

    def __init__(self, model: lightning.LightningModule) -> None:
        super().__init__()
        self.model = model

    def predict_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        return kept(run_model(self.model, batch), batch)


def in_order(rows: Rows, size: int, chosen: Tensor | None = None) -> DataLoader[Any]:
    """Batches of the rows, or of some of them, in the prepared order."""
    numbers = torch.arange(len(rows)) if chosen is None else chosen
    return DataLoader(rows, batch_size=None, sampler=torch.split(numbers, size))


def predict(model: lightning.LightningModule, batches: Iterable[Any]) -> Tensor:
    """What is kept of all batches' outputs, float32 (N, …), by a Trainer of its own.

    The one that trained would predict with a rank's share of rows, and without the
    average of the weights.
    """
    trainer = lightning.Trainer(
        accelerator="auto",
        devices=1,
        precision=device_precision(),
        plugins=LightningEnvironment(),  # alone, whatever launched this process
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    outputs: Any = trainer.predict(Outputs(model), batches)
    return torch.cat(outputs)


# ---- metric --------------------------------------------------------------------------


def figure(prediction: Tensor, truth: Tensor) -> float:
    """The task's metric, of probabilities or of numbers in the target's own unit."""
    return perplexity_of_tokens(prediction, truth)


def judge(prediction: np.ndarray, truth: np.ndarray) -> float:
    """The task's metric, of arrays."""
    return figure(torch.from_numpy(prediction), torch.from_numpy(truth))


def more_figures(prediction: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """What else a reader wants to know."""
    return more_about_tokens(torch.from_numpy(prediction), torch.from_numpy(truth))
