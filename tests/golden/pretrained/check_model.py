"""What model.py promises to the rest of the experiment; `python check.py` looks at it.

Each point is a function that raises `PromiseError` where a promise is not kept. The
contract that they hold a model to is in docs/base_model.md of labwright.
"""

import inspect
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytorch_lightning as lightning
import torch
from torch import Tensor

# isort: split
from batches import BatchLoader
from model import BaseTransformer
from train import TASK_TYPE, build_model

SMALL = 16  # rows of the batch that is learned by heart
LEARNING_STEPS = 40  # in which its loss falls
LEARNED = 0.8  # share of the first loss that may be left

Loaders = dict[str, BatchLoader]  # of train, val and test
Batch = dict[str, Tensor]


class PromiseError(ValueError):
    """A promise that is not kept."""

    def __init__(self, expected: str, found: object) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.expected, self.found = expected, str(found)


class Point(NamedTuple):
    """A promise: its name, what raises where it is not kept, and how to mend it."""

    about: str  # "data", "model" or "training"
    name: str
    look: Callable[[Loaders], str]  # says what was looked at
    mend: str


def expect(kept: bool | Tensor, expected: str, found: object) -> None:
    if not kept:
        raise PromiseError(expected, found)


def new_model(loaders: Loaders) -> BaseTransformer:
    lightning.seed_everything(0, verbose=False)
    return build_model(loaders["train"].dataset)


def small_batch(loaders: Loaders) -> Batch:
    """Up to SMALL training rows whose inputs all differ."""
    rows = loaders["train"].dataset
    some = rows[torch.arange(min(len(rows), 32 * SMALL))]
    seen: dict[bytes, int] = {}
    for number, values in enumerate(some["input"]):
        seen.setdefault(values.numpy().tobytes(), number)
    batch: Batch = rows[torch.tensor(list(seen.values())[:SMALL])]
    return batch


@torch.no_grad()
def outputs_of(model: BaseTransformer, input: Tensor, mask: Tensor | None) -> Tensor:
    model.eval()
    takes_mask = "mask" in inspect.signature(model.forward).parameters
    outputs: Tensor = model(input, mask) if takes_mask else model(input)
    return outputs


def shape_of_outputs(loaders: Loaders) -> str:
    """One finite output a row, or a step under `sequence`; one row is a batch too."""
    model, batch = new_model(loaders), small_batch(loaders)
    output_dim = loaders["train"].dataset.output_dim
    for rows in (len(batch["target"]), 1):
        few = {key: values[:rows] for key, values in batch.items()}
        outputs = outputs_of(model, few["input"], few.get("mask"))
        leading = few["input"].shape[: 2 if TASK_TYPE == "sequence" else 1]
        shape = (*leading, output_dim)
        rule = f"outputs {shape} for input {tuple(few['input'].shape)}"
        expect(outputs.shape == shape, rule, tuple(outputs.shape))
        expect(outputs.isfinite().all(), "finite outputs", "NaN or infinity")
    return f"(…, {output_dim}) for input {tuple(batch['input'].shape)}"


def masked_content(loaders: Loaders) -> str:
    """Real values under a mask of False give the outputs that 0 gives."""
    model, batch = new_model(loaders), small_batch(loaders)
    if "mask" not in inspect.signature(model.forward).parameters:
        return "forward takes no mask; it sees the 0 that stands for an absent value"
    input = batch["input"]
    hidden = torch.rand(input.shape[:2]) < 0.3
    mask = batch.get("mask", torch.ones_like(hidden)) & ~hidden
    emptied = input.clone()
    emptied[hidden] = 0
    change = outputs_of(model, emptied, mask) - outputs_of(model, input, mask)
    most = float(change.abs().max())
    rule = "the same outputs whatever stands where mask is False"
    expect(most <= 1e-5, rule, f"a change of {most:.2g}")
    return f"{int(hidden.sum())} values hidden"


def one_batch_learned(loaders: Loaders) -> str:
    """The loss on a few distinct rows falls under plain AdamW."""
    model, batch = new_model(loaders).train(), small_batch(loaders)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    losses = []
    for step in range(LEARNING_STEPS):
        loss = model.training_step(batch, step)
        usable = isinstance(loss, Tensor) and loss.dim() == 0 and loss.requires_grad
        rule = "a scalar tensor with a gradient from training_step"
        expect(usable, rule, f"{loss}")
        expect(loss.isfinite(), "a finite loss", loss.item())
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
    first, last = losses[0], min(losses[-5:])
    said = f"loss {first:.3g}, after {LEARNING_STEPS} steps {last:.3g}"
    rows = len(batch["target"])
    rule = f"a loss on {rows} rows that falls below {LEARNED:.0%} of the first"
    expect(last < LEARNED * first, rule, said)
    return f"{rows} rows, {said}"


def checkpoint_round_trips(loaders: Loaders) -> str:
    """After a step under Lightning, saved and loaded, outputs are the same."""
    model, batch = new_model(loaders), small_batch(loaders)
    trainer = lightning.Trainer(
        fast_dev_run=True,
        accelerator="cpu",
        enable_progress_bar=False,
        enable_model_summary=False,
        use_distributed_sampler=False,
    )
    trainer.fit(model, loaders["train"], loaders["val"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.ckpt"
        trainer.save_checkpoint(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    restored = new_model(loaders)
    restored.load_state_dict(state["state_dict"])
    input, mask = batch["input"], batch.get("mask")
    same = torch.equal(
        outputs_of(model, input, mask), outputs_of(restored, input, mask)
    )
    expect(same, "equal outputs of the restored model", "others")
    return f"{sum(values.numel() for values in model.parameters()):,} parameters"


MODEL_POINTS = [
    Point(
        "model",
        "shape of outputs",
        shape_of_outputs,
        "forward(input, mask=None) returns raw outputs: (B, output_dim), or "
        "(B, T, output_dim) under sequence.",
    ),
    Point(
        "model",
        "masked content without effect",
        masked_content,
        "Begin forward with input.masked_fill(~mask, 0), or ~mask[..., None] for steps, "
        "and let nothing attend to masked steps.",
    ),
    Point(
        "model",
        "one batch can be learned",
        one_batch_learned,
        "training_step returns the loss of what forward returned, with no detach(), "
        "item() or no_grad(); every layer is a registered module.",
    ),
    Point(
        "model",
        "checkpoint round-trips",
        checkpoint_round_trips,
        "training_step returns the loss; there is a validation_step; what forward "
        "computes with is a parameter or a buffer.",
    ),
]
