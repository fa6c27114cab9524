"""Train BaseTransformer on the task, and say truthfully how well it does.

    python train.py                  # trains, or goes on where the last run was cut off
    python train.py --max-minutes 5  # stops after five minutes, judges the best so far
    python train.py --devices 2      # more GPUs; torchrun and SLURM are recognised too
    python train.py --fresh          # a new run, even if the last one is unfinished

Writes runs/<n>/ with checkpoints, curves and predictions, and results.json, whose
"status" is running, completed, failed or interrupted. The constants are yours to edit:
an edit starts a new run.
"""

import argparse
import inspect
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytorch_lightning as lightning
import torch
from pytorch_lightning.callbacks import Callback, LambdaCallback, Timer
from pytorch_lightning.plugins.environments import SLURMEnvironment

# isort: split
from callbacks import AveragedWeights, Bar, Curves, Score
from certify import certificate
from dataloader import Rows, get_dataloaders
from evaluate import evaluate
from insights import importance, leak_scan
from model import BaseTransformer
from options import build_logger, parse_options, processes
from recovery import FirstFailure, fit_and_recover
from results import Results, provenance
from resuming import Best, Last, Patience, SeededSteps, WholeCheckpoints
from runs import test_looks
from scoring import HIGHER_IS_BETTER, device_name, device_precision, digest, quieten
from signals import InterruptedRunError, StopSignals
from training_data import NUM_WORKERS, Data, inference_rows

HERE = Path(__file__).resolve().parent

TASK_TYPE = "classification"
D_MODEL = 256  # width of a token
NUM_LAYERS = 4
DROPOUT = 0.2
LOSS = "cross_entropy"  # or binary_cross_entropy, mse, huber
LEARNING_RATE = 0.0003
BATCH_SIZE = 32  # rows, of each process
MAX_EPOCHS = 100
PATIENCE = 16  # epochs without a better validation
AVERAGE = 0.99  # decay of the average of the weights, a step
SEED = 0

# ---- training ------------------------------------------------------------------------


def build_model(rows: Rows, learning_rate: float = LEARNING_RATE) -> BaseTransformer:
    """The five arguments that every base model takes, and what else this one can use."""
    accepted = inspect.signature(BaseTransformer).parameters
    more = {"dropout": DROPOUT, "learning_rate": learning_rate, "loss": LOSS}
    more |= rows.model_arguments
    if more.get("causal") and "causal" not in accepted:
        raise ValueError(
            "expected a BaseTransformer that takes `causal`, found one that may see what "
            "it is to predict. docs/base_model.md of labwright has what it means."
        )
    arguments: dict[str, Any] = {
        "input_dim": rows.input_dim,
        "output_dim": rows.output_dim,
        "d_model": D_MODEL,
        "num_layers": NUM_LAYERS,
        "task_type": TASK_TYPE,
    }
    arguments |= {name: value for name, value in more.items() if name in accepted}
    return BaseTransformer(**arguments)


def callbacks(
    options: argparse.Namespace, results: Results, data: Data, signals: StopSignals
) -> dict[str, Callback]:
    """What happens between the steps, by name."""
    folder = results.run / "checkpoints"
    mode = "max" if HIGHER_IS_BETTER else "min"
    limit = options.max_minutes and timedelta(minutes=options.max_minutes)
    always: dict[str, Callback] = {
        "bar": Bar(refresh_rate=10),
        # Only now has every process chosen the same run: it may be written into.
        "begin": LambdaCallback(setup=lambda *_, **__: results.write(status="running")),
        "failure": FirstFailure(results, signals),
        "seed": SeededSteps(options.seed),
        "average": AveragedWeights(AVERAGE),
        "score": Score(data.judge, HIGHER_IS_BETTER, data.val.output_dim),
        "timer": Timer(limit, verbose=False),
        "patience": Patience(
            "val_score",
            mode=mode,
            patience=PATIENCE * data.validations,
            check_finite=False,
            check_on_train_epoch_end=False,
        ),
    }
    if options.fast_dev_run:
        return always
    return always | {
        "curves": Curves(results.run / "curves.csv"),
        "best": Best(
            folder,
            "best",
            monitor="val_score",
            mode=mode,
            save_on_train_epoch_end=False,
            enable_version_counter=False,
        ),
        "last": Last(folder / "last.ckpt", signals),
    }


def fit(
    options: argparse.Namespace,
    results: Results,
    signals: StopSignals,
    train: Rows,
    val: Rows,
) -> dict[str, Any]:
    """Train until patience, epochs or time run out; what results.json says of it."""
    data = Data(options.batch_size, train, val)
    lightning.seed_everything(options.seed, workers=True, verbose=False)
    model = build_model(data.val, options.learning_rate)
    between = callbacks(options, results, data, signals)
    several = processes(options) > 1
    plugins: list[Any] = [WholeCheckpoints()]
    if SLURMEnvironment.detect():  # a job that is queued again goes on by itself
        plugins.append(SLURMEnvironment(auto_requeue=False))
    trainer = lightning.Trainer(
        accelerator="auto",
        devices=options.devices,
        num_nodes=options.num_nodes,
        strategy="ddp_find_unused_parameters_true" if several else "auto",
        plugins=plugins,
        precision=device_precision(),
        max_epochs=options.epochs,
        val_check_interval=1 / data.validations,
        accumulate_grad_batches=options.accumulate,
        gradient_clip_val=1.0,
        num_sanity_val_steps=0,
        fast_dev_run=3 if options.fast_dev_run else False,
        callbacks=list(between.values()),
        logger=build_logger(options.logger, results.run),
        default_root_dir=results.run,
        enable_model_summary=False,
        use_distributed_sampler=False,  # the loader shares the rows out itself
    )
    last = results.run / "checkpoints" / "last.ckpt"
    resume = last if last.exists() and not options.fast_dev_run else None
    trainer.fit(model, datamodule=data, ckpt_path=resume)
    timer, patience = between["timer"], between["patience"]
    stopped = "all epochs"
    if isinstance(timer, Timer) and (timer.time_remaining() or 1) <= 0:
        stopped = "time limit"
    elif isinstance(patience, Patience) and patience.wait_count:
        stopped = "early stopping" if trainer.should_stop else stopped
    seen: Any = trainer.fit_loop.epoch_loop.batch_progress.total
    epochs = seen.processed / trainer.num_training_batches
    return {
        "epochs": round(epochs, 2),
        "steps": trainer.global_step,
        "stopped": stopped,
    }


# ---- the whole -----------------------------------------------------------------------


def judge_best(
    options: argparse.Namespace, results: Results, parts: dict[str, Rows]
) -> None:
    """Evaluate the best checkpoint and complete results.json."""
    train, val = parts["train"], parts["val"]
    best = results.run / "checkpoints" / "best.ckpt"
    state = torch.load(best, map_location="cpu", weights_only=True)
    model = build_model(train, options.learning_rate)
    model.load_state_dict(state["state_dict"])
    training = results.content["training"] | {"best_epoch": state["epoch"] + 1}
    size = inference_rows(training["batch_size"])
    test = None if options.no_test else parts["test"]
    figures = evaluate(model, results.run, train, val, test, size)
    looks = test_looks(HERE, results.run) + (test is not None)
    results.write(
        status="completed",
        failure=None,
        **figures,
        split=certificate(parts, looks),
        leak_scan=leak_scan(train),
        importance=importance(model, val, size),
        model={
            "d_model": D_MODEL,
            "num_layers": NUM_LAYERS,
            "parameters": sum(weight.numel() for weight in model.parameters()),
        },
        training=training,
    )


def expect_same(results: Results, encoder: str) -> None:
    """Raises ValueError where the run was begun with another encoder."""
    known = results.content.get("data", {}).get("encoder", encoder)
    if known != encoder:
        raise ValueError(
            f"expected the data that runs/{results.run.name} was begun with (encoder "
            f"{known[:12]}), found others ({encoder[:12]}). "
            "python train.py --fresh begins a run with these."
        )


def work(options: argparse.Namespace, results: Results, signals: StopSignals) -> None:
    """Data, training, evaluation; `results.stage` is where it is."""
    results.begin()
    loaders = get_dataloaders(options.batch_size, NUM_WORKERS)
    parts = dict(
        zip(("train", "val", "test"), (each.dataset for each in loaders), strict=True)
    )
    encoder = digest(parts["train"].encoder)
    expect_same(results, encoder)
    device = device_name(processes(options))
    found = provenance(HERE, TASK_TYPE, encoder, device)
    results.content |= found | {"precision": device_precision()}
    results.stage = "training"
    if not results.trained:

        def attempt(now: argparse.Namespace) -> dict[str, Any]:
            return fit(now, results, signals, parts["train"], parts["val"])

        try:
            found = fit_and_recover(attempt, options, results)
        except RuntimeError as error:
            if signals.number:  # it ended the workers as well, before a checkpoint
                raise InterruptedRunError(signals.number) from error
            raise
        if options.fast_dev_run:
            return
        results.write(training=found | {"recovered": results.recovered})
    if results.is_first:
        results.stage = "evaluation"
        if signals.number:
            raise InterruptedRunError(signals.number)
        judge_best(options, results, parts)
        results.show()


def main() -> int:
    """Exit codes: 0 completed, 1 failed, 130 Ctrl-C, 143 SIGTERM."""
    options = parse_options(
        __doc__ or "",
        {
            "epochs": MAX_EPOCHS,
            "batch_size": BATCH_SIZE,
            "learning_rate": LEARNING_RATE,
            "seed": SEED,
        },
    )
    quieten()
    results, signals = Results(HERE, options), StopSignals()
    signals.listen()
    with results:
        try:
            work(options, results, signals)
        finally:
            signals.ignore()
    return results.exit_code


if __name__ == "__main__":
    sys.exit(main())
