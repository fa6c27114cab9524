"""The command line of train.py, and the loggers that it can choose from."""

import argparse
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from pytorch_lightning.loggers import (
    Logger,
    MLFlowLogger,
    TensorBoardLogger,
    WandbLogger,
)

LOGGERS = ("csv", "tensorboard", "wandb", "mlflow")


def parse_options(description: str, defaults: dict[str, Any]) -> argparse.Namespace:
    """What the command line says; `defaults` are the constants of train.py."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    # torchrun says how many processes it has started, and SLURM on how many nodes.
    devices = os.environ.get("LOCAL_WORLD_SIZE", "auto")
    nodes = os.environ.get("GROUP_WORLD_SIZE", os.environ.get("SLURM_NNODES", "1"))
    parser.add_argument("--epochs", type=positive_int)
    parser.add_argument("--max-minutes", type=positive_float, help="of training")
    parser.add_argument("--batch-size", type=positive_int, help="rows, of each process")
    parser.add_argument("--learning-rate", type=positive_float)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--devices", default=devices, help="how many, or auto")
    parser.add_argument("--num-nodes", type=positive_int, default=int(nodes))
    parser.add_argument("--logger", choices=LOGGERS, default="csv")
    parser.add_argument("--fresh", action="store_true", help="start a new run")
    parser.add_argument("--no-test", action="store_true", help="leave the test unseen")
    parser.add_argument(
        "--fast-dev-run", action="store_true", help="a few batches; writes nothing"
    )
    parser.set_defaults(**defaults)
    options = parser.parse_args()
    if options.logger != "csv" and find_spec(options.logger) is None:
        package = f"the package {options.logger}"
        parser.error(f"expected {package}, found none. pip install {options.logger}")
    return options


def positive_int(text: str) -> int:
    """An argument that counts something."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, found {text}")
    return number


def positive_float(text: str) -> float:
    """An argument that measures something."""
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"expected more than 0, found {text}")
    return number


def processes(options: argparse.Namespace) -> int:
    """How many processes train together."""
    if options.devices == "auto":
        return max(1, torch.cuda.device_count()) * int(options.num_nodes)
    return int(options.devices) * int(options.num_nodes)


def build_logger(kind: str, run: Path) -> Logger | bool:
    """A logger beside curves.csv, which is always written."""
    experiment = run.parent.parent.name
    if kind == "tensorboard":
        return TensorBoardLogger(run, name="tensorboard", version="")
    if kind == "wandb":
        name = f"{experiment}-{run.name}"
        return WandbLogger(name, run, project=experiment, id=name, resume="allow")
    if kind == "mlflow":
        return MLFlowLogger(experiment, run.name, save_dir=str(run / "mlflow"))
    return False
