"""The folders in runs/: which run is gone on with, and who is at work in it.

    runs/001/options.json      what the run was started with, and of which code
    runs/001/checkpoints/      best.ckpt and last.ckpt
    runs/001/curves.csv        a row for each validation
    runs/001/predictions.parquet, results.json
    runs/001/.lock             held by the train.py that is at work in it

A run that did not end well is gone on with as long as code, plan, options and versions
are those that it was started with. A completed run is never touched again.
"""

import fcntl
import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from whole import read_json

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
TRAINING = ("torch", "pytorch-lightning")  # another version of one starts a run, too

# ---- which run -----------------------------------------------------------------------


def fingerprint(folder: Path, options: dict[str, Any]) -> str:
    """The identity of a run: its code, plan, options and the packages that train."""
    versions = {name: version(name) for name in TRAINING}
    asked = json.dumps([options, versions], sort_keys=True)
    known = hashlib.sha256(asked.encode())
    files = [path for path in folder.glob("*.py") if path.name not in AFTER_TRAINING]
    for path in sorted([*files, *folder.glob("plan.json")]):
        known.update(path.name.encode() + path.read_bytes())
    return known.hexdigest()


def choose_run(folder: Path, identity: str, fresh: bool) -> Path:
    """The folder of the run to go on with, or of a new one. Writes nothing.

    So every process of a distributed run comes to the same answer.
    """
    runs = {int(p.name): p for p in folder.glob("runs/*") if p.name.isdigit()}
    for number in sorted(runs, reverse=True):
        same = read_json(runs[number] / "options.json").get("fingerprint") == identity
        if same and not fresh:
            results = read_json(runs[number] / "results.json")
            if results.get("status") != "completed":
                return runs[number]
            break
    return folder / "runs" / f"{max(runs, default=0) + 1:03d}"


def test_looks(folder: Path, but: Path) -> int:
    """How many of an experiment's runs have looked at its test part, leaving out one."""
    others = [path for path in folder.glob("runs/*/results.json") if path.parent != but]
    metrics = [read_json(path).get("metric") or {} for path in others]
    return sum(metric.get("test") is not None for metric in metrics)


# ---- who is at work in it ------------------------------------------------------------


class BusyRunError(ValueError):
    """Another process is at work in the run."""

    def __init__(self, run: str) -> None:
        found = f"found a train.py at work in it (runs/{run}/.lock)"
        super().__init__(f"expected runs/{run} to be free, {found}")


def hold(run: Path) -> IO[str]:
    """The open lock of a run's folder, held until this process ends, however it ends.

    A lock of POSIX: no process that is forked from this one has it.

    Raises:
        BusyRunError: another process holds it.
    """
    lock = (run / ".lock").open("w")
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:
        lock.close()
        raise BusyRunError(run.name) from error
    except OSError:
        return lock  # a file system without locks
    return lock
