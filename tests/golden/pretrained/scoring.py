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
from typing import Any, Literal

import numpy as np
import pytorch_lightning as lightning
import torch
from pytorch_lightning.plugins.environments import LightningEnvironment
from pytorch_lightning.utilities.warnings import PossibleUserWarning
from torch import Tensor
from torch.utils.data import DataLoader
from torchmetrics.functional.classification import (
    binary_auroc,
    multiclass_f1_score,
    multiclass_recall,
    multilabel_accuracy,
    multilabel_f1_score,
)

# isort: split
from dataloader import Rows

METRIC = "accuracy"  # as results.json names it
HIGHER_IS_BETTER = True
INFERENCE_ROWS = 256  # that the model reads at once

# ---- outcomes ------------------------------------------------------------------------


def whole_outputs(outputs: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Everything: one output (B, output_dim) a row."""
    return outputs


# ---- metrics -------------------------------------------------------------------------


def accuracy(prediction: Tensor, target: Tensor) -> float:
    """Share of rows whose class is right; of all labels with several labels a row."""
    if target.ndim == 1:
        return float((prediction.argmax(1) == target).double().mean())
    labels = prediction.shape[1]
    return float(
        multilabel_accuracy(prediction, target.long(), labels, average="micro")
    )


def balanced_accuracy(prediction: Tensor, target: Tensor) -> float:
    """Mean over the classes present of the share of their rows that are found."""
    classes = prediction.shape[1]
    found = multiclass_recall(prediction.argmax(1), target, classes, average="none")
    return float(found[torch.bincount(target, minlength=classes) > 0].mean())


def average_f1(
    prediction: Tensor,
    target: Tensor,
    average: Literal["macro", "micro", "weighted"],
) -> float:
    """F1 of classes or labels, averaged."""
    if target.ndim == 1:
        given, classes = prediction.argmax(1), prediction.shape[1]
        return float(multiclass_f1_score(given, target, classes, average=average))
    labels = prediction.shape[1]
    return float(
        multilabel_f1_score(prediction, target.long(), labels, average=average)
    )


def macro_f1(prediction: Tensor, target: Tensor) -> float:
    """Mean of the classes' F1, each class counting the same."""
    return average_f1(prediction, target, "macro")


def one_against_rest(prediction: Tensor, target: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Each class or label as a yes/no question, of those with rows of both answers.

    Returns:
        Probabilities (N,) and answers int64 (N,) of each question; two classes are one.
    """
    answers = target.long()
    if target.ndim == 1:
        answers = torch.nn.functional.one_hot(answers, prediction.shape[1])
        if prediction.shape[1] == 2:
            prediction, answers = prediction[:, 1:], answers[:, 1:]
    questions = zip(prediction.T, answers.T, strict=True)
    return [(p, yes) for p, yes in questions if 0 < yes.sum() < len(yes)]


def roc_auc(prediction: Tensor, target: Tensor) -> float:
    """Area under the ROC curve; the mean of each class against the rest."""
    areas = [binary_auroc(*pair) for pair in one_against_rest(prediction, target)]
    return float(sum(areas) / len(areas)) if areas else float("nan")


def log_loss(prediction: Tensor, target: Tensor) -> float:
    """Mean of -ln(probability given to what is true), which is held above 1e-7."""
    probability = prediction.double()
    if target.ndim == 1:
        true = probability.gather(1, target[:, None])
    else:
        true = torch.where(target > 0, probability, 1 - probability)
    return float(-true.clamp(min=1e-7).log().mean())


def more_about_classes(prediction: Tensor, target: Tensor) -> dict[str, float]:
    """What else a reader wants to know of a classification."""
    metrics = (accuracy, balanced_accuracy, macro_f1, roc_auc, log_loss)
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
    return accuracy(prediction, truth)


def judge(prediction: np.ndarray, truth: np.ndarray) -> float:
    """The task's metric, of arrays."""
    return figure(torch.from_numpy(prediction), torch.from_numpy(truth))


def more_figures(prediction: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """What else a reader wants to know."""
    return more_about_classes(torch.from_numpy(prediction), torch.from_numpy(truth))
