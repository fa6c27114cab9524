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
from torchmetrics.functional.regression import (
    mean_absolute_error,
    mean_squared_error,
    r2_score,
    spearman_corrcoef,
)

# isort: split
from dataloader import Rows

METRIC = "mae"  # as results.json names it
HIGHER_IS_BETTER = False
INFERENCE_ROWS = 1024  # that the model reads at once

# ---- outcomes ------------------------------------------------------------------------


def whole_outputs(outputs: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Everything: one output (B, output_dim) a row."""
    return outputs


# ---- metrics -------------------------------------------------------------------------


def rmse(prediction: Tensor, target: Tensor) -> float:
    """Root of the mean squared error of each target, in its unit; their mean."""
    outputs = target.shape[1]
    pair = prediction.double(), target.double()
    return float(mean_squared_error(*pair, squared=False, num_outputs=outputs).mean())


def mae(prediction: Tensor, target: Tensor) -> float:
    """Mean absolute error, in the target's unit."""
    return float(mean_absolute_error(prediction.double(), target.double()))


def r2(prediction: Tensor, target: Tensor) -> float:
    """Share of the variance explained; the mean over the targets."""
    if len(target) < 2:
        return float("nan")
    return float(r2_score(prediction.double(), target.double()))


def spearman(prediction: Tensor, target: Tensor) -> float:
    """Correlation of the ranks of truth and prediction; the mean over the targets."""
    return float(spearman_corrcoef(prediction.double(), target.double()).mean())


def more_about_numbers(prediction: Tensor, target: Tensor) -> dict[str, float]:
    """What else a reader wants to know of a regression."""
    metrics = (rmse, mae, r2, spearman)
    return {metric.__name__: metric(prediction, target) for metric in metrics}


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
    return whole_outputs(outputs.detach().float(), batch)


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
    return mae(prediction, truth)


def judge(prediction: np.ndarray, truth: np.ndarray) -> float:
    """The task's metric, of arrays."""
    return figure(torch.from_numpy(prediction), torch.from_numpy(truth))


def more_figures(prediction: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """What else a reader wants to know."""
    return more_about_numbers(torch.from_numpy(prediction), torch.from_numpy(truth))
