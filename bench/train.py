"""How much of a bare PyTorch loop's speed is left under Lightning.

    python bench/train.py           # steps/s of both, and their ratio, in this run

Both train BaseTransformer on the same rows: forward, loss, backward, clipping, AdamW with
its schedule, and the average of the weights. One side is written out, the other is a
Trainer with the callbacks that train.py has at every step. After each step of the Trainer
the bare loop takes one, so whatever else the machine does slows both.
"""

import argparse
import copy
import logging
import statistics
import time
import warnings
from typing import Any

import pytorch_lightning as lightning
import torch
from pytorch_lightning.callbacks import TQDMProgressBar
from torch import Tensor, nn
from torch.utils.data import Dataset

from labwright.base_model import BaseTransformer
from labwright.recipes.shared.batches import BatchLoader, RowOrder
from labwright.recipes.shared.callbacks import AVERAGED_STEPS, AveragedWeights
from labwright.recipes.shared.resuming import SeededSteps

GOAL = 0.95
AVERAGE = 0.99  # as in train.py
CASES = [(7, 32), (20, 128)]  # features, rows of a batch


class Arrays(Dataset[dict[str, Tensor]]):
    """Arrays of a table: numbers, what is known of them, and one of three classes."""

    def __init__(self, rows: int, features: int) -> None:
        mask = torch.rand(rows, features) > 0.1
        self.arrays = {
            "input": (torch.rand(rows, features) * 2 - 1) * mask,
            "mask": mask,
            "target": torch.randint(0, 3, (rows,)),
        }

    def __len__(self) -> int:
        return len(self.arrays["target"])

    def __getitem__(self, rows: Tensor) -> dict[str, Tensor]:
        return {name: array[rows] for name, array in self.arrays.items()}


class BareLoop:
    """Training without a framework, a step at a time."""

    def __init__(self, model: BaseTransformer, loader: BatchLoader) -> None:
        self.model, self.batches = model.train(), iter(loader)
        plan: Any = model.configure_optimizers()
        self.optimizer = plan["optimizer"]
        self.scheduler = plan["lr_scheduler"]["scheduler"]
        self.average = copy.deepcopy(model)
        self.steps = 0

    def step(self) -> None:
        batch = next(self.batches)
        outputs = self.model(batch["input"], batch["mask"])
        loss = self.model.compute_loss(outputs, batch["target"])
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.scheduler.step()
        if self.steps % AVERAGED_STEPS == 0:  # as train.py does
            decay = AVERAGE**AVERAGED_STEPS
            pairs = zip(self.average.parameters(), self.model.parameters(), strict=True)
            with torch.no_grad():
                for old, new in pairs:
                    old.lerp_(new, 1 - decay)
        self.steps += 1


class SideBySide(lightning.Callback):
    """Times the Trainer's steps, data and callbacks included, and a bare one after each."""

    def __init__(self, bare: BareLoop) -> None:
        self.bare = bare
        self.seconds: dict[str, list[float]] = {"Lightning": [], "bare": []}
        self.left: float | None = None  # when the Trainer went on

    def on_train_batch_end(self, *_: Any, **__: Any) -> None:
        began = time.perf_counter()
        if self.left is not None:
            self.seconds["Lightning"].append(began - self.left)
        self.bare.step()
        self.left = time.perf_counter()
        self.seconds["bare"].append(self.left - began)


def measure(features: int, batch_size: int, steps: int) -> dict[str, float]:
    """Steps a second of both, from the median step."""
    torch.manual_seed(0)
    rows = Arrays(steps * batch_size, features)
    order = RowOrder(len(rows), batch_size, seed=0)
    model = BaseTransformer(features, 3, kind="features")
    sides = SideBySide(BareLoop(copy.deepcopy(model), BatchLoader(rows, order)))
    trainer = lightning.Trainer(
        accelerator="cpu",
        max_epochs=1,
        gradient_clip_val=1.0,
        callbacks=[
            TQDMProgressBar(refresh_rate=10),
            SeededSteps(0),
            AveragedWeights(AVERAGE),
            sides,
        ],
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
        use_distributed_sampler=False,
    )
    trainer.fit(model, BatchLoader(rows, order))
    warm = steps // 10
    return {
        name: 1 / statistics.median(seconds[warm:])
        for name, seconds in sides.seconds.items()
    }


def main() -> None:
    """Measure each case and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=150)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    for features, batch_size in CASES:
        speed = measure(features, batch_size, options.steps)
        ratio = speed["Lightning"] / speed["bare"]
        print(
            f"{features} features, {batch_size} rows a batch: "
            f"{speed['Lightning']:.1f} steps/s under Lightning, "
            f"{speed['bare']:.1f} bare, ratio {ratio:.3f} (goal {GOAL})"
        )


if __name__ == "__main__":
    main()
