"""A run that was cut off and gone on with is the run that was not.

Used by train.py; there is little reason to edit it.
"""

import io
import signal
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import pytorch_lightning as lightning
import torch
from pytorch_lightning.callbacks import (
    Callback,
    Checkpoint,
    EarlyStopping,
    ModelCheckpoint,
)
from pytorch_lightning.plugins.io import TorchCheckpointIO

# isort: split
from signals import InterruptedRunError, StopSignals
from whole import whole

Trainer = lightning.Trainer
Module = lightning.LightningModule

# ---- the same again ------------------------------------------------------------------


class SeededSteps(Callback):
    """Seeds dropout by the step, so that a resumed run drops what an uncut one does."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def on_train_batch_start(
        self, trainer: Trainer, pl_module: Module, batch: Any, batch_idx: int
    ) -> None:
        step = (self.seed, trainer.global_rank, trainer.current_epoch, batch_idx)
        number = hash(step)  # of integers: the same in every process
        torch.default_generator.manual_seed(number)  # torch.manual_seed takes 0.4 ms
        if torch.cuda.is_available():
            torch.cuda.manual_seed(number)


# ---- going on ------------------------------------------------------------------------


class WholeCheckpoints(TorchCheckpointIO):
    """Writes checkpoints that are never half of themselves.

    Lightning's own are written in the system's temporary folder and moved from there,
    which from one disk to another is a copy that a kill cuts off.
    """

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None
    ) -> None:
        content = io.BytesIO()
        torch.save(checkpoint, content)
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with whole(Path(path)) as unfinished:
            unfinished.write_bytes(content.getbuffer())

    def load_checkpoint(self, path: Any, *how: Any, **named: Any) -> dict[str, Any]:
        """Read a checkpoint.

        Raises:
            ValueError: it was damaged after it had been written.
        """
        try:
            return super().load_checkpoint(path, *how, **named)
        except (RuntimeError, EOFError, UnpicklingError) as error:
            why = str(error).splitlines()[0]
            raise ValueError(
                f"expected a whole checkpoint in {path}, found a damaged one ({why}). "
                "python train.py --fresh begins a new run."
            ) from error


class Patience(EarlyStopping):
    """Has ended where it had when the checkpoint was written; not an epoch later."""

    def on_fit_start(self, trainer: Trainer, pl_module: Module) -> None:
        trainer.should_stop |= self.wait_count >= self.patience


class Best(ModelCheckpoint):
    """Knows the best score so far, also where the experiment's folder was moved.

    Lightning forgets it there, and a worse checkpoint would take the place of best.ckpt.
    """

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        def here(path: str) -> str:
            return str(Path(self.dirpath or "", Path(path).name)) if path else path

        paths = ("best_model_path", "kth_best_model_path", "last_model_path")
        moved = {name: here(state_dict[name]) for name in paths}
        scores = state_dict["best_k_models"].items()
        kept = {"best_k_models": {here(path): score for path, score in scores}}
        super().load_state_dict(state_dict | moved | kept | {"dirpath": self.dirpath})


class Last(Checkpoint):
    """Saves last.ckpt at every validation, and when a signal asks training to stop.

    Lightning resumes exactly from two places: the end of a validation, and the end of a
    batch that no validation follows; neither of them between batches whose gradients are
    still to be added up, since a checkpoint has none. A signal waits for the next of them.
    """

    def __init__(self, path: Path, signals: StopSignals) -> None:
        self.path, self.signals = path, signals

    def on_load_checkpoint(
        self, trainer: Trainer, pl_module: Module, checkpoint: dict[str, Any]
    ) -> None:
        place = f"epoch {checkpoint['epoch'] + 1}, step {checkpoint['global_step']}"
        if trainer.is_global_zero:
            print(f"run {self.path.parents[1].name} goes on from {place}")

    def on_train_start(self, trainer: Trainer, pl_module: Module) -> None:
        self.signals.listen()  # Lightning has put its own handler of SIGTERM before
        self.signals.patient = True

    def on_train_end(self, trainer: Trainer, pl_module: Module) -> None:
        self.signals.patient = False

    def on_exception(
        self, trainer: Trainer, pl_module: Module, exception: BaseException
    ) -> None:
        self.signals.patient = False

    def asked(self, trainer: Trainer) -> bool:
        """Whether a signal came, to any of the processes."""
        came = bool(self.signals.number)
        if trainer.world_size == 1:
            return came
        return trainer.strategy.reduce_boolean_decision(came, all=False)

    def on_train_batch_end(
        self,
        trainer: Trainer,
        pl_module: Module,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        validates = (batch_idx + 1) % (trainer.val_check_batch or 1) == 0
        if validates or trainer.should_stop or trainer.is_last_batch:
            return
        if (batch_idx + 1) % trainer.accumulate_grad_batches:
            return
        if self.asked(trainer):
            trainer.save_checkpoint(self.path)
            raise InterruptedRunError(self.signals.number or signal.SIGTERM)

    def on_validation_end(self, trainer: Trainer, pl_module: Module) -> None:
        batches = trainer.fit_loop.epoch_loop.batch_idx + 1
        if batches % trainer.accumulate_grad_batches and not trainer.is_last_batch:
            return
        trainer.save_checkpoint(self.path)
        if self.asked(trainer) and not trainer.should_stop:
            raise InterruptedRunError(self.signals.number or signal.SIGTERM)
