"""Where training cannot go on: begin again with other settings, and record why.

Used by train.py; nothing here needs editing.
"""

import argparse
import gc
import shutil
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytorch_lightning as lightning
import torch
from pytorch_lightning.callbacks import Callback

# isort: split
from callbacks import NotFiniteError
from options import processes
from results import Results
from signals import StopSignals

SLOWER = 10  # by which the learning rate is divided

# ---- beginning again -----------------------------------------------------------------


def fit_and_recover(
    fit: Callable[[argparse.Namespace], dict[str, Any]],
    options: argparse.Namespace,
    results: Results,
) -> dict[str, Any]:
    """Fit; where memory or the numbers run out, begin again from the first step.

    Memory: with half the batch, twice accumulated. It runs out in the first steps or the
    first validation. Numbers, that is loss or outputs that are NaN or infinite: once,
    with a slower learning rate.
    """
    while True:
        now = settings(options, results.recovered)
        try:
            found = fit(now)
        except (RuntimeError, MemoryError, NotFiniteError) as error:
            change = remedy(error, now)
            if change is None:
                raise
            why = str(error).splitlines()[0]
        else:
            used = ("batch_size", "accumulate", "learning_rate")
            return found | {name: getattr(now, name) for name in used}
        print(f"beginning again with {change}: {why}")
        # The checkpoints go first: they are not to be gone on with by other settings.
        shutil.rmtree(results.run / "checkpoints", ignore_errors=True)
        results.recovered.append(change | {"why": why})
        gc.collect()
        torch.cuda.empty_cache()


def settings(
    options: argparse.Namespace, recovered: list[dict[str, Any]]
) -> argparse.Namespace:
    """The options as they are after what was changed, with `accumulate` beside them."""
    changed = [name for change in recovered for name in change]
    halvings, slower = changed.count("batch_size"), changed.count("learning_rate")
    now = argparse.Namespace(**vars(options), accumulate=2**halvings, slower=slower)
    now.batch_size = max(1, options.batch_size >> halvings)
    now.learning_rate = options.learning_rate / SLOWER**slower
    return now


def remedy(error: Exception, now: argparse.Namespace) -> dict[str, Any] | None:
    """What to change; None where nothing helps.

    Processes that train together cannot begin again: only one of them may know.
    """
    if processes(now) > 1:
        return None
    if isinstance(error, NotFiniteError):
        rate = now.learning_rate / SLOWER
        return None if now.slower else {"learning_rate": rate}
    if is_out_of_memory(error) and now.batch_size > 1:
        return {"batch_size": now.batch_size // 2}
    return None


def is_out_of_memory(error: Exception) -> bool:
    """On a GPU, or on the CPU."""
    text = str(error).lower()
    return (
        isinstance(error, MemoryError)
        or "out of memory" in text
        or "can't allocate memory" in text
    )


# ---- several processes ---------------------------------------------------------------


class FirstFailure(Callback):
    """Of processes that train together, the first to fail says why.

    The others only find that it is gone; rank 0 writes down what it has said.
    """

    def __init__(self, results: Results, signals: StopSignals) -> None:
        self.path, self.signals = results.first_failure, signals

    def setup(self, trainer: lightning.Trainer, *around: Any, **named: Any) -> None:
        if trainer.is_global_zero:
            self.path.unlink(missing_ok=True)

    def on_exception(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        exception: BaseException,
    ) -> None:
        is_failure = isinstance(exception, Exception) and not self.signals.number
        if is_failure and trainer.world_size > 1:
            said = f"{type(exception).__name__}: {exception}"
            with suppress(OSError), self.path.open("x") as file:  # none was faster
                file.write(f"{said} (in process {trainer.global_rank})")
