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

METRIC = "mae"  # as results.json names it
HIGHER_IS_BETTER = False
INFERENCE_ROWS = 1024  # that the model reads at once

# ---- outcomes ------------------------------------------------------------------------


def keep_horizon(outputs: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """The steps to forecast, in the target's own unit, (B, horizon).

    Outputs (B, T, 1) are differences to the batch's "offset" (B, horizon), in its "unit"
    (B, 1).
    """
    offset = batch["offset"].to(outputs)
    ahead = outputs[:, -offset.shape[1] :, 0]
    return offset + ahead * batch["unit"].to(outputs)


# ---- forecast metrics ----------------------------------------------------------------


def known_steps(prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Forecast, truth and scale of the steps whose truth is known, float64 (K,)."""
    truth, scale = target.double().unbind(dim=-1)
    known = ~truth.isnan()
    return prediction.double()[known], truth[known], scale[known]


def mean_of(errors: Tensor) -> float:
    """Their mean; NaN where there are none."""
    return float(errors.mean()) if len(errors) else float("nan")


def forecast_mse(prediction: Tensor, target: Tensor) -> float:
    """Mean squared error, in the target's unit squared."""
    guess, truth, _ = known_steps(prediction, target)
    return mean_of((guess - truth).square())


def forecast_rmse(prediction: Tensor, target: Tensor) -> float:
    """Root of the mean squared error over all steps, in the target's unit."""
    return float(forecast_mse(prediction, target) ** 0.5)


def forecast_mae(prediction: Tensor, target: Tensor) -> float:
    """Mean absolute error, in the target's unit."""
    guess, truth, _ = known_steps(prediction, target)
    return mean_of((guess - truth).abs())


def forecast_smape(prediction: Tensor, target: Tensor) -> float:
    """Mean of 2 |y - p| / (|y| + |p|), 0 to 2 (Makridakis, 1993); 0 where both are 0."""
    guess, truth, _ = known_steps(prediction, target)
    whole = (guess.abs() + truth.abs()).clamp(min=torch.finfo(torch.float64).tiny)
    return mean_of(2 * (guess - truth).abs() / whole)


def forecast_mase(prediction: Tensor, target: Tensor) -> float:
    """Mean of |y - p| over the series' scale: its seasonal naive error in training.

    Hyndman & Koehler (2006). Below 1 is better than the seasonal naive forecast of one
    step was there; series without a scale (NaN) do not count.
    """
    guess, truth, scale = known_steps(prediction, target)
    given = scale > 0
    return mean_of(((guess - truth).abs() / scale)[given])


def forecast_r2(prediction: Tensor, target: Tensor) -> float:
    """Share of the variance of all steps explained, 1 - Σ (y - p)² / Σ (y - mean y)²."""
    guess, truth, _ = known_steps(prediction, target)
    spread = float((truth - truth.mean()).square().sum()) if len(truth) else 0.0
    return (
        1 - float((guess - truth).square().sum()) / spread if spread else float("nan")
    )


def more_about_forecasts(prediction: Tensor, target: Tensor) -> dict[str, float]:
    """What else a reader wants to know of forecasts."""
    return {
        "mae": forecast_mae(prediction, target),
        "rmse": forecast_rmse(prediction, target),
        "mase": forecast_mase(prediction, target),
        "smape": forecast_smape(prediction, target),
        "r2": forecast_r2(prediction, target),
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
    return keep_horizon(outputs.detach().float(), batch)


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
    return forecast_mae(prediction, truth)


def judge(prediction: np.ndarray, truth: np.ndarray) -> float:
    """The task's metric, of arrays."""
    return figure(torch.from_numpy(prediction), torch.from_numpy(truth))


def more_figures(prediction: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """What else a reader wants to know."""
    return more_about_forecasts(torch.from_numpy(prediction), torch.from_numpy(truth))
