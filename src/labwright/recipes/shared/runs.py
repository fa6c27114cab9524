"""The folders in runs/: which run is gone on with, and who is at work in it.

    runs/001/options.json      what the run was started with: options, versions, code
    runs/001/checkpoints/      best.ckpt and last.ckpt
    runs/001/curves.csv        a row for each validation
    runs/001/predictions.parquet, results.json
    runs/001/.lock             held by the train.py that is at work in it

A run that did not end well is gone on with as long as code, plan, options and versions
are those that it was started with; else a new one begins, and train.py says why. A
completed run is never touched again.
"""

import fcntl
import hashlib
import os
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from labwright.recipes.shared.whole import read_json

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


def identity(folder: Path, options: dict[str, Any]) -> dict[str, Any]:
    """What makes a run: its options, the packages that train, code and plan by sha256."""
    files = [path for path in folder.glob("*.py") if path.name not in AFTER_TRAINING]
    return {
        "options": options,
        "versions": {name: version(name) for name in TRAINING},
        "files": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted([*files, *folder.glob("plan.json")])
        },
    }


def numbered_runs(folder: Path) -> dict[int, Path]:
    """The runs of an experiment by their number."""
    return {int(p.name): p for p in folder.glob("runs/*") if p.name.isdigit()}


def choose_run(folder: Path, wanted: dict[str, Any], fresh: bool) -> tuple[Path, bool]:
    """The folder of the run to go on with, or of a new one; and whether it is new.

    Nothing is written, so every process of a distributed run comes to the same answer.
    """
    runs = numbered_runs(folder)
    for number in sorted(runs, reverse=True):
        same = wanted.items() <= read_json(runs[number] / "options.json").items()
        if same and not fresh:
            results = read_json(runs[number] / "results.json")
            if results.get("status") != "completed":
                return runs[number], False
            break
    return folder / "runs" / f"{max(runs, default=0) + 1:03d}", True


def test_looks(folder: Path, but: Path) -> int:
    """How many of an experiment's runs have looked at its test part, leaving out one."""
    others = [path for path in folder.glob("runs/*/results.json") if path.parent != but]
    metrics = [read_json(path).get("metric") or {} for path in others]
    return sum(metric.get("test") is not None for metric in metrics)


# ---- why a new one -------------------------------------------------------------------


def why_new(folder: Path, wanted: dict[str, Any]) -> str | None:
    """Why the latest run, if it did not end well, is not gone on with."""
    runs = numbered_runs(folder)
    run = runs[max(runs)] if runs else folder / "runs"
    made, status = read_json(run / "options.json"), read_json(run / "results.json")
    if not made or status.get("status") == "completed" or is_at_work(run):
        return None
    ended = "failed" if status.get("status") == "failed" else "was cut off"
    curves = run / "curves.csv"
    rows = curves.read_text().splitlines()[1:] if curves.exists() else []
    where = (
        f"after epoch {rows[-1].partition(',')[0]}" if rows else "before a validation"
    )
    changed = " and ".join(changes(made, wanted))
    return f"run {run.name} {ended} {where}, with {changed}: a new run begins"


def changes(made: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """What a run was made with that is not what is wanted."""
    named = {
        name: (value, wanted[kind].get(name))
        for kind in ("versions", "options")
        for name, value in made[kind].items()
    }
    told = [f"{name} {a} (now {b})" for name, (a, b) in named.items() if a != b]
    old, new = made["files"], wanted["files"]
    files = [name for name in sorted(old | new) if old.get(name) != new.get(name)]
    return told + [f"another {name}" for name in files]


def not_as_checked(folder: Path) -> str | None:
    """Which packages that train are not those that the experiment was checked with."""
    path = folder / "requirements.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    checked = dict(line.split("==", 1) for line in lines if line.count("==") == 1)
    found = {name: version(name).partition("+")[0] for name in TRAINING}
    other = [
        f"{name} {checked[name]} (now {now})"
        for name, now in found.items()
        if checked.get(name, now) != now
    ]
    return (
        f"this experiment was checked with {' and '.join(other)}: "
        "python check.py says whether it holds"
        if other
        else None
    )


# ---- who is at work in it ------------------------------------------------------------


class BusyRunError(ValueError):
    """Another process is at work in the run."""

    def __init__(self, run: str) -> None:
        found = f"found a train.py at work in it (runs/{run}/.lock)"
        super().__init__(f"expected runs/{run} to be free, {found}")


def is_at_work(run: Path) -> bool:
    """Whether another process holds the run's lock, or this disk cannot tell."""
    try:
        with (run / ".lock").open("r+") as lock:
            os.lockf(lock.fileno(), os.F_TEST, 0)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


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
