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

METRIC = "span_f1"  # as results.json names it
HIGHER_IS_BETTER = True
INFERENCE_ROWS = 512  # that the model reads at once

# ---- word outcomes -------------------------------------------------------------------


def codes_of_words(outputs: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """The number of the likeliest tag of each word, float32 (B, W); -100 is no word."""
    places = batch["places"]
    likeliest = outputs.argmax(dim=-1)  # (B, T)
    codes = likeliest.gather(1, places.clamp(min=0))
    return codes.masked_fill(places < 0, -100).float()


# ---- spans ---------------------------------------------------------------------------

MOST_TAGS = 1 << 16

BEGIN = 1
LAST = 2
SINGLE = 3

NO_TAG = -100  # behind the last word of a row, and for a word without a tag


def spans_in(codes: np.ndarray, opens: np.ndarray) -> tuple[np.ndarray, ...]:
    """First words, last words and types of all spans, each int64 (S,).

    Args:
        codes: Of the words of all sentences behind each other, int64 (M,).
        opens: Whether a word is the first of its sentence, bool (M,).
    """
    kind, place = np.divmod(codes // MOST_TAGS, 4)
    before, placed_before = np.roll(kind, 1), np.roll(place, 1)
    begins = opens | (before != kind) | (place == BEGIN) | (place == SINGLE)
    begins |= (placed_before == LAST) | (placed_before == SINGLE)
    begins &= kind > 0
    over = np.roll(opens | begins | (kind == 0), -1)  # the next word is of no span here
    over[-1:] = True
    first, last = np.flatnonzero(begins), np.flatnonzero(over & (kind > 0))
    return first, last, kind[first]


def count_spans(prediction: np.ndarray, truth: np.ndarray) -> tuple[int, int, int]:
    """How many spans are right, how many were found, and how many there are.

    A span is right where its first word, its last word and its type are.

    Args:
        prediction: Codes of words, int64 (N, W).
        truth: The same, NO_TAG where there is no word.
    """
    known = truth != NO_TAG
    opens = known & ~np.pad(known, ((0, 0), (1, 0)))[:, :-1]
    found = spans_in(prediction[known], opens[known])
    there = spans_in(truth[known], opens[known])
    last_of = np.full(int(known.sum()), -1)
    type_of = np.zeros_like(last_of)
    last_of[there[0]], type_of[there[0]] = there[1], there[2]
    right = (last_of[found[0]] == found[1]) & (type_of[found[0]] == found[2])
    return int(right.sum()), len(found[0]), len(there[0])


# ---- tag metrics ---------------------------------------------------------------------


def accuracy_of_tags(prediction: Tensor, target: Tensor) -> float:
    """Share of the words whose tag is right."""
    known = target != NO_TAG
    return float((prediction == target)[known].double().mean())


def counts_of_tags(prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of each tag the words that have it rightly, that were given it, and that have it."""
    known = target != NO_TAG
    given, true = prediction[known] % MOST_TAGS, target[known] % MOST_TAGS
    tags = int(max(given.max(), true.max())) + 1 if len(true) else 0
    right = torch.bincount(true[given == true], minlength=tags)
    return (
        right.double(),
        torch.bincount(given, minlength=tags).double(),
        torch.bincount(true, minlength=tags).double(),
    )


def balanced_accuracy_of_tags(prediction: Tensor, target: Tensor) -> float:
    """Mean over the tags present of the share of their words that are found."""
    right, _, true = counts_of_tags(prediction, target)
    return float((right / true)[true > 0].mean())


def macro_f1_of_tags(prediction: Tensor, target: Tensor) -> float:
    """Mean of the F1 of the tags that are there or were given, each counting the same."""
    right, given, true = counts_of_tags(prediction, target)
    return float((2 * right / (given + true))[given + true > 0].mean())


def exact_match_of_tags(prediction: Tensor, target: Tensor) -> float:
    """Share of the rows (sentences) without a wrong tag."""
    known = target != NO_TAG
    return float(((prediction == target) | ~known).all(dim=1).double().mean())


def span_f1_of_tags(prediction: Tensor, target: Tensor) -> float:
    """F1 of whole spans of the right type, all types together, as conlleval counts."""
    right, found, there = count_spans(prediction.numpy(), target.numpy())
    return 2 * right / (found + there) if found + there else float("nan")


def more_about_tags(prediction: Tensor, target: Tensor) -> dict[str, float]:
    """What else a reader wants to know of tagged words, and of spans where there are."""
    figures = {
        "accuracy": accuracy_of_tags(prediction, target),
        "balanced_accuracy": balanced_accuracy_of_tags(prediction, target),
        "macro_f1": macro_f1_of_tags(prediction, target),
        "exact_match": exact_match_of_tags(prediction, target),
    }
    if bool((target >= MOST_TAGS).any()):
        right, found, there = count_spans(prediction.numpy(), target.numpy())
        figures |= {
            "span_f1": span_f1_of_tags(prediction, target),
            "span_precision": right / found if found else float(np.nan),
            "span_recall": right / there,
        }
    return figures


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
    return codes_of_words(outputs.detach().float(), batch)


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
    return span_f1_of_tags(prediction, truth)


def judge(prediction: np.ndarray, truth: np.ndarray) -> float:
    """The task's metric, of arrays."""
    return figure(torch.from_numpy(prediction), torch.from_numpy(truth))


def more_figures(prediction: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """What else a reader wants to know."""
    return more_about_tags(torch.from_numpy(prediction), torch.from_numpy(truth))
