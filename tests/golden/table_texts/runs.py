"""The folders in runs/ and what results.json says: bookkeeping that rarely needs edits.

    runs/001/options.json      what the run was started with, and of which code
    runs/001/checkpoints/      best.ckpt and last.ckpt
    runs/001/curves.csv        a row for each validation
    runs/001/predictions.parquet, results.json
    runs/001/.lock             held by the train.py that is at work in it

A run that did not end well is gone on with as long as code, plan and options are those
that it was started with. A completed run is never touched again.
"""

import argparse
import fcntl
import hashlib
import json
import math
import os
import platform
import signal
import sys
import time
import traceback
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any, Self

from pytorch_lightning.utilities.rank_zero import rank_zero_only

# isort: split
from dataloader import CLASSES, FILES, TARGETS

# Files whose edit leaves a trained model what it is; an edit of any other starts a run.
AFTER_TRAINING = (
    "baselines.py",
    "certify.py",
    "check.py",
    "check_model.py",
    "evaluate.py",
    "predict.py",
)
PACKAGES = ("torch", "pytorch-lightning", "torchmetrics", "scikit-learn", "polars")

# ---- files ---------------------------------------------------------------------------


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file; empty where there is none, or only half of one."""
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return content


def plain(value: Any) -> Any:
    """As JSON has it: numbers of NumPy as Python's, and null for what is no number."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a file that is at no moment half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(plain(content), indent=2) + "\n")
    unfinished.replace(path)


# ---- runs ----------------------------------------------------------------------------


def fingerprint(folder: Path, options: dict[str, Any]) -> str:
    """The identity of a run: its code, plan and options."""
    known = hashlib.sha256(json.dumps(options, sort_keys=True).encode())
    files = [path for path in folder.glob("*.py") if path.name not in AFTER_TRAINING]
    for path in sorted([*files, *folder.glob("plan.json")]):
        known.update(path.name.encode() + path.read_bytes())
    return known.hexdigest()


def choose_run(folder: Path, identity: str, fresh: bool) -> Path:
    """The folder of the run to go on with, or of a new one. Writes nothing.

    So every process of a distributed run comes to the same answer.
    """
    numbers = [int(path.name) for path in folder.glob("runs/*") if path.name.isdigit()]
    latest = folder / "runs" / f"{max(numbers, default=0):03d}"
    unfinished = read_json(latest / "results.json").get("status") != "completed"
    same = read_json(latest / "options.json").get("fingerprint") == identity
    if same and unfinished and not fresh:
        return latest
    return latest.with_name(f"{max(numbers, default=0) + 1:03d}")


def test_looks(folder: Path, but: Path) -> int:
    """How many of an experiment's runs have looked at its test part, leaving out one."""
    others = [path for path in folder.glob("runs/*/results.json") if path.parent != but]
    metrics = [read_json(path).get("metric") or {} for path in others]
    return sum(metric.get("test") is not None for metric in metrics)


# ---- signals -------------------------------------------------------------------------


class InterruptedRunError(BaseException):
    """Ctrl-C or SIGTERM came, `signal` says which; no error of the code."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.signal = number


class StopSignals:
    """Turns Ctrl-C and SIGTERM into InterruptedRunError.

    While `patient`, the first one is only remembered in `number`: training goes on to the
    next step at which a checkpoint can be resumed exactly.
    """

    def __init__(self) -> None:
        self.number = 0
        self.patient = False

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.receive)

    def receive(self, number: int, frame: FrameType | None) -> None:
        again, self.number = self.number, number
        if again or not self.patient:
            raise InterruptedRunError(number)


# ---- results.json --------------------------------------------------------------------


class BusyRunError(ValueError):
    """Another process is at work in the run."""


def advice(stage: str, error: BaseException) -> str:
    """What to do next after an error."""
    text = str(error).lower()
    if isinstance(error, BusyRunError):
        return "Wait for it, or start another with --fresh."
    if "out of memory" in text or "allocate memory" in text:
        return "Set a smaller --batch-size, or a smaller D_MODEL in train.py."
    if isinstance(error, ModuleNotFoundError):
        return f"pip install {error.name}, or pip install -r requirements.txt"
    if stage == "data":
        return "Mend the data or dataloader.py, then start train.py again."
    if stage == "training":
        return "Mend it and start train.py again: an edit of the code starts a new run."
    return "Mend it and start train.py again: training is done and is not repeated."


class Results:
    """results.json of a run and of the experiment, true at every moment.

    Only rank 0 writes, and never for a fast development run. `stage` is what is going on:
    data, training or evaluation.
    """

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        asked = {
            name: value for name, value in vars(options).items() if name != "fresh"
        }
        self.identity = fingerprint(folder, asked)
        self.folder = folder
        self.run = choose_run(folder, self.identity, options.fresh)
        self.silent = options.fast_dev_run
        self.lock: Any = None
        self.stage = "data"
        self.exit_code = 0
        self.clock = time.monotonic()
        earlier = read_json(self.run / "results.json")
        self.seconds_before = earlier.get("seconds", 0.0)
        known = read_json(self.run / "options.json")
        self.recovered: list[dict[str, Any]] = known.get("recovered", [])
        python = {"python": platform.python_version()}
        self.content: dict[str, Any] = {
            "schema": 1,
            "status": "running",
            "run": self.run.name,
            "started": earlier.get("started", datetime.now(UTC).isoformat()),
            "seconds": self.seconds_before,
            "training": earlier.get("training"),
            "versions": python | {name: version(name) for name in PACKAGES},
            "seed": options.seed,
            "options": asked,
        }
        self.content |= {"data": earlier["data"]} if "data" in earlier else {}

    @property
    def is_first(self) -> bool:
        """Whether this is the process of rank 0."""
        return getattr(rank_zero_only, "rank", 0) == 0

    @property
    def trained(self) -> bool:
        """Whether this run's training has ended, in this process or an earlier one."""
        return self.content["training"] is not None

    def claim(self) -> None:
        """Hold the run, if it is begun, until this process ends, however it ends.

        A lock of POSIX: no process that is forked from this one has it.

        Raises:
            BusyRunError: another process holds it. Nothing is written from here on.
        """
        if self.silent or self.lock or not self.is_first or not self.run.exists():
            return
        self.lock = (self.run / ".lock").open("w")
        try:
            fcntl.lockf(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as error:
            self.silent = True
            found = f"found a train.py at work in it (runs/{self.run.name}/.lock)"
            busy = f"expected runs/{self.run.name} to be free, {found}"
            raise BusyRunError(busy) from error
        except OSError:
            return  # a file system without locks

    def write(self, **news: Any) -> None:
        """Add `news` and write."""
        self.content |= news
        if self.silent or not self.is_first:
            return
        self.run.mkdir(parents=True, exist_ok=True)
        self.claim()
        seconds = self.seconds_before + time.monotonic() - self.clock
        self.content["seconds"] = round(seconds, 1)
        asked = {"fingerprint": self.identity, "options": self.content["options"]}
        write_json(self.run / "options.json", asked | {"recovered": self.recovered})
        for folder in (self.run, self.folder):
            write_json(folder / "results.json", self.content)

    def show(self) -> None:
        """The outcome as lines of `key: value`, for people and for programs."""
        metric, outcome = self.content["metric"], self.content["verdict"]
        low_high = metric["interval"]
        lines = {
            "metric": metric["name"],
            "val": f"{metric['val']:.4g}",
            "test": "not looked at"
            if metric["test"] is None
            else f"{metric['test']:.4g}",
            "interval": low_high and f"{low_high[0]:.4g} to {low_high[1]:.4g}",
        }
        for name, figures in self.content["baselines"].items():
            part = "val" if figures["test"] is None else "test"
            lines[name] = f"{figures[part]:.4g} on {part}"
        if outcome:
            words = {"beats": "beats", "ties": "ties with", "loses": "loses to"}
            lines["verdict"] = f"{words[outcome['word']]} {outcome['baseline']}"
        lines["seconds"] = self.content["seconds"]
        lines["results"] = self.run / "results.json"
        for name, value in lines.items():
            print(f"{name}: {value}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: object, error: BaseException | None, trace: object
    ) -> bool:
        """Record how a run ended that was not completed; `exit_code` says it to a shell."""
        if isinstance(error, InterruptedRunError):
            self.exit_code = 128 + error.signal
            self.end("interrupted", error, "python train.py goes on where it stopped.")
        elif isinstance(error, Exception):
            self.exit_code = 1
            self.end("failed", error, advice(self.stage, error))
        else:
            return False
        return True

    def end(self, status: str, error: BaseException, what_to_do: str) -> None:
        """Write and say what happened; the traceback of a failure goes to error.txt."""
        message = f"{type(error).__name__}: {error}"
        failure = {"stage": self.stage, "error": message, "what_to_do": what_to_do}
        self.write(status=status, failure=failure)
        if not self.is_first:
            return
        if status == "failed" and not self.silent:
            text = "".join(traceback.format_exception(error))
            (self.run / "error.txt").write_text(text)
        print(f"{status} in {self.stage}: {message}\n{what_to_do}", file=sys.stderr)


def provenance(
    folder: Path, task_type: str, encoder: str, device: str
) -> dict[str, Any]:
    """What is learned, from which data, on what: the first parts of results.json."""
    plan, task = read_json(folder / "plan.json"), read_json(folder / "task.json")
    return {
        "task": {
            "name": task.get("name", folder.name),
            "task_type": task_type,
            "recipe": plan.get("recipe"),
            "targets": TARGETS,
            "classes": CLASSES,
        },
        "data": {
            "fingerprint": plan.get("fingerprint"),
            "files": FILES,
            "encoder": encoder,
        },
        "device": device,
    }
