"""What happens between the steps of training: the average, the score, curves, the bar.

Used by train.py; there is little reason to edit it.
"""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as lightning
import torch
from pytorch_lightning.callbacks import Callback, TQDMProgressBar, WeightAveraging
from torch import Tensor
from torch.optim.swa_utils import get_ema_multi_avg_fn

# isort: split
from scoring import kept, run_model
from whole import whole

Trainer = lightning.Trainer
Module = lightning.LightningModule

# ---- average of the weights ----------------------------------------------------------

AVERAGED_STEPS = 4  # from one update of the average to the next


class AveragedWeights(WeightAveraging):
    """Validates and keeps an exponential moving average of the weights.

    It stands in for the decay of a learning rate whose end is not known. The decay warms
    up, so that the average is not held back by the first steps. Every fourth step counts,
    with the decay of four: the same average, at a quarter of the time.
    """

    def __init__(self, most: float) -> None:
        most = most**AVERAGED_STEPS
        move: Any = get_ema_multi_avg_fn

        def average(averaged: Any, current: Any, updates: Tensor | int) -> None:
            """Tensors of one type: what is counted or looked up is copied instead."""
            if not averaged[0].is_floating_point():
                for old, new in zip(averaged, current, strict=True):
                    old.copy_(new)
                return
            decay = min(most, (1 + float(updates)) / (10 + float(updates)))
            move(decay)(averaged, current, updates)

        super().__init__(multi_avg_fn=average)

    def should_update(
        self, step_idx: int | None = None, epoch_idx: int | None = None
    ) -> bool:
        return step_idx is not None and step_idx % AVERAGED_STEPS == 0


# ---- score ---------------------------------------------------------------------------


class NotFiniteError(ValueError):
    """Training has left the numbers."""


class Score(Callback):
    """Logs val_metric: the task's metric on the validation rows, in the target's unit.

    And val_score, by which the best checkpoint is chosen: on few rows many checkpoints
    share an accuracy, so of equal val_metric the lower val_loss is better. It moves
    val_metric by less than one part in ten thousand.

    Args:
        judge: From what is kept of raw outputs, (N, …), to the metric.
        higher_is_better: Its direction.
        output_dim: Columns of the raw outputs.
    """

    def __init__(
        self,
        judge: Callable[[Tensor], float],
        higher_is_better: bool,
        output_dim: int,
    ) -> None:
        self.judge, self.output_dim = judge, output_dim
        self.sign = 1 if higher_is_better else -1
        self.outputs: list[Tensor] = []

    def on_validation_epoch_start(self, trainer: Trainer, pl_module: Module) -> None:
        self.outputs = []

    def on_validation_batch_end(
        self,
        trainer: Trainer,
        pl_module: Module,
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        """Take what validation_step returned, if it is outputs; else ask the model."""
        ends = (len(batch["input"]), self.output_dim)
        shape = outputs.shape if isinstance(outputs, Tensor) else ()
        if len(shape) < 2 or (shape[0], shape[-1]) != ends:
            with trainer.precision_plugin.forward_context():
                outputs = run_model(pl_module, batch)
        self.outputs.append(kept(outputs, batch).cpu())

    def on_validation_epoch_end(self, trainer: Trainer, pl_module: Module) -> None:
        """Judge, and log.

        Raises:
            NotFiniteError: the model's outputs are NaN.
        """
        outputs = torch.cat(self.outputs)
        lost = int(outputs.isnan().sum())
        if lost:
            raise NotFiniteError(
                f"expected numbers as outputs, found {lost} of {outputs.numel()} to be "
                f"NaN by step {trainer.global_step}. Lower LEARNING_RATE in train.py."
            )
        metric = self.judge(outputs)
        loss = float(trainer.callback_metrics.get("val_loss", 0.0))
        share = loss / (1 + abs(loss)) if np.isfinite(loss) else 1.0
        penalty = 1e-4 * abs(metric) * share
        pl_module.log("val_metric", metric, prog_bar=True)
        pl_module.log("val_score", metric - self.sign * penalty)


# ---- curves --------------------------------------------------------------------------

COLUMNS = ("epoch", "step", "train_loss", "val_loss", "val_metric", "learning_rate")


class Curves(Callback):
    """Writes curves.csv, a row for each validation; whole after a resumption too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[dict[str, float]] = []
        self.loss: Tensor | float = 0.0  # summed since the last validation
        self.batches = 0

    def on_train_batch_end(
        self,
        trainer: Trainer,
        pl_module: Module,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        loss = outputs["loss"] if isinstance(outputs, dict) else outputs
        if isinstance(loss, Tensor):  # of which Lightning leaves a share to each batch
            whole = loss.detach().double() * trainer.accumulate_grad_batches
            self.loss, self.batches = self.loss + whole, self.batches + 1

    def on_validation_start(self, trainer: Trainer, pl_module: Module) -> None:
        """Stop a training that has left the numbers.

        Raises:
            NotFiniteError: the training loss is infinite or NaN, in any of the processes.
        """
        self.loss = float(self.loss)
        finite = bool(np.isfinite(self.loss))
        if not trainer.strategy.reduce_boolean_decision(finite):
            found = "another in another process" if finite else self.loss
            raise NotFiniteError(
                f"expected a finite training loss, found {found} by step "
                f"{trainer.global_step}. Lower LEARNING_RATE in train.py."
            )

    def on_validation_epoch_end(self, trainer: Trainer, pl_module: Module) -> None:
        if self.batches:  # for whatever logger there is
            pl_module.log("train_loss", self.loss / self.batches)

    def on_validation_end(self, trainer: Trainer, pl_module: Module) -> None:
        logged = {name: float(x) for name, x in trainer.callback_metrics.items()}
        row = {
            "epoch": trainer.current_epoch + 1,
            "step": trainer.global_step,
            "train_loss": self.loss / self.batches if self.batches else None,
            "val_loss": logged.get("val_loss"),
            "val_metric": logged["val_metric"],
            "learning_rate": trainer.optimizers[0].param_groups[0]["lr"],
        }
        self.rows.append(row)
        self.loss, self.batches = 0.0, 0
        if trainer.is_global_zero:
            self.write()

    def write(self) -> None:
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        with whole(self.path) as unfinished:
            unfinished.write_text(text.getvalue())

    def state_dict(self) -> dict[str, Any]:
        return {"rows": self.rows, "loss": float(self.loss), "batches": self.batches}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.rows, self.loss = state_dict["rows"], state_dict["loss"]
        self.batches = state_dict["batches"]


# ---- bar -----------------------------------------------------------------------------


class Bar(TQDMProgressBar):
    """Counts epochs from one, as curves.csv does, from the first step of a resumed one."""

    def on_train_start(self, *around: Any) -> None:
        super().on_train_start(*around)
        self.on_train_epoch_start(*around)

    def on_train_epoch_start(self, trainer: Trainer, *around: Any) -> None:
        epoch = f"Epoch {trainer.current_epoch + 1}"
        self.train_progress_bar.set_description(epoch, refresh=False)
        self.train_progress_bar.reset(self.total_train_batches)

    def on_exception(self, *around: Any) -> None:
        """Close: what is said next stands in a line of its own."""
        for bar in (self._val_progress_bar, self._train_progress_bar):
            if bar is not None:
                bar.close()
