"""How large the model is and how it is trained: one rule, from rows and features.

The measure is cells: training rows times features, or times steps. More cells carry more to learn and
train longer, and most first runs are on a processor without an accelerator.

    cells       below 1 M   below 4 M   below 16 M   more
    d_model     256         256         256          512
    num_layers  4           5           6            8

More than 50 classes or outputs add a layer. Batches of 32 rows below 1,000 training
rows, 64 below 10,000, 128 below 50,000, else 256. Epochs for about 20,000 steps, 20 to
100 of them; patience is a sixth of the epochs, at least 5.
"""

import math
from dataclasses import dataclass

from labwright.plan.decisions import Decision
from labwright.plan.say import count, line
from labwright.task.model import Task

SIZES = ((1e6, 256, 4), (4e6, 256, 5), (16e6, 256, 6), (math.inf, 512, 8))
BATCHES = ((1_000, 32), (10_000, 64), (50_000, 128), (math.inf, 256))
MANY_OUTPUTS = 50
STEPS = 20_000  # of training, about
EPOCHS = (20, 100)
SMALL = (
    5_000  # training rows, below which more dropout keeps the model from learning them
)
LEARNING_RATES = {256: 3e-4, 512: 1e-4}  # a wider model takes smaller steps


@dataclass(frozen=True)
class Size:
    """Constants of the model and its training."""

    d_model: int
    num_layers: int
    dropout: float
    batch_size: int
    learning_rate: float
    epochs: int
    patience: int


def choose_size(
    task: Task, rows: int, features: int, outputs: int, each: str = "feature"
) -> tuple[Size, list[Decision]]:
    """The size by the rule above, the task's answers first; each with its reason.

    `each` is what a row has `features` of: features, or steps.
    """
    cells = rows * features
    d_model, layers = next((d, n) for limit, d, n in SIZES if cells < limit)
    if outputs > MANY_OUTPUTS:
        layers = min(8, layers + 1)
    d_model = task.model.d_model or d_model
    batch = next(size for limit, size in BATCHES if rows < limit)
    batch = task.training.batch_size or batch
    steps = max(1, math.ceil(rows / batch))
    epochs = min(max(math.ceil(STEPS / steps), EPOCHS[0]), EPOCHS[1])
    epochs = task.training.epochs or epochs
    dropout = 0.2 if rows < SMALL else 0.1
    size = Size(
        d_model=d_model,
        num_layers=task.model.num_layers or layers,
        dropout=dropout if task.model.dropout is None else task.model.dropout,
        batch_size=batch,
        learning_rate=task.training.learning_rate or LEARNING_RATES[d_model],
        epochs=epochs,
        patience=task.training.patience or max(5, epochs // 6),
    )
    return size, _decisions(task, size, rows, (features, each), outputs, steps)


def _decisions(
    task: Task,
    size: Size,
    rows: int,
    width: tuple[int, str],
    outputs: int,
    steps: int,
) -> list[Decision]:
    cells = f"{rows:,} training rows of {count(*width)}"
    many = f", {count(outputs, 'output')}" if outputs > MANY_OUTPUTS else ""
    model = f"{cells} = {rows * width[0]:,} cells"
    reasons = {
        ("model", "d_model"): f"{model}, 512 from 16 million",
        ("model", "num_layers"): f"{model}{many}",
        ("model", "dropout"): f"{rows:,} training rows, 0.2 below {SMALL:,}",
        ("training", "batch_size"): (
            f"{rows:,} training rows: {count(steps, 'step')} an epoch"
        ),
        ("training", "learning_rate"): f"usual for a model {size.d_model} wide",
        ("training", "epochs"): (
            f"about {size.epochs * steps:,} steps, fewer if none is better"
        ),
        ("training", "patience"): (
            "a sixth of the epochs without a better validation figure, at least 5"
        ),
    }
    decisions = []
    for (block, name), reason in reasons.items():
        given = getattr(getattr(task, block), name) is not None
        value = getattr(size, name)
        decisions.append(
            Decision(
                subject=name,
                choice=value,
                reason="the task file says so" if given else reason,
                change=line(block, {name: value}),
            )
        )
    return decisions
