"""Runs an experiment's own check.py in a clean process and reads what it found."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from labwright.errors import BaseModelError, CheckError, ExperimentError
from labwright.subprocesses import environment


@dataclass(frozen=True)
class CheckPoint:
    """One promise of the experiment that was looked at and holds.

    Attributes:
        about: "data", "model" or "training".
        name: Such as "batch contract".
        note: What was looked at, with figures.
    """

    about: str
    name: str
    note: str


@dataclass(frozen=True)
class CheckReport:
    """What a check that passed has found.

    Attributes:
        points: In the order in which they were looked at.
        epoch_seconds: Time of an epoch, extrapolated from `steps_timed` training steps.
        steps_timed: How many steps that figure rests on.
        seconds: That the check itself took.
    """

    points: tuple[CheckPoint, ...]
    epoch_seconds: float
    steps_timed: int
    seconds: float


def check(folder: Path) -> CheckReport:
    """Run `python check.py` in an experiment's folder.

    Raises:
        BaseModelError: model.py breaks the contract of docs/base_model.md.
        CheckError: The experiment breaks another promise, or cannot be looked at.
        ExperimentError: `folder` holds no check.py.
    """
    if not (folder / "check.py").is_file():
        raise ExperimentError(
            "the folder of an experiment, with its check.py",
            f"none in {folder}",
            "Name a folder below experiments/.",
        )
    started = time.monotonic()
    with TemporaryDirectory() as cache:
        process = subprocess.run(
            # Unbuffered: if we are killed, its next line tells it so, and it ends.
            [sys.executable, "-B", "-u", "check.py", "--json"],
            cwd=folder,
            env=environment(Path(cache)),
            capture_output=True,
            text=True,
            check=False,
        )
    found = _report(process.stdout)
    if found is None:
        raise _crash(process.stderr)
    for point in found["points"]:
        if not point["ok"]:
            raise _broken(point)
    return CheckReport(
        points=tuple(
            CheckPoint(p["about"], p["name"], p["note"]) for p in found["points"]
        ),
        epoch_seconds=found["epoch_seconds"],
        steps_timed=found["steps_timed"],
        seconds=time.monotonic() - started,
    )


def _report(output: str) -> dict[str, Any] | None:
    """The JSON object in the last line; None where check.py did not get that far."""
    try:
        found = json.loads(output.rstrip().rpartition("\n")[2])
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _broken(point: dict[str, Any]) -> BaseModelError | CheckError:
    """The error for a point that does not hold."""
    where = f"{point['name']}: {point['expected']}"
    if point["about"] == "model":
        fix = f"{point['mend']} docs/base_model.md has the contract."
        return BaseModelError(where, point["found"], fix, key="base_model.py")
    return CheckError(where, point["found"], point["mend"], key=point["name"])


def _crash(stderr: str) -> BaseModelError | CheckError:
    """The error for a check.py that ended before it could report."""
    said = stderr.strip().splitlines() or ["nothing said"]
    if 'model.py", line' in stderr or "from 'model'" in said[-1]:
        return BaseModelError(
            "a base_model.py that can be imported and defines class BaseTransformer",
            said[-1],
            "Mend it; docs/base_model.md has a complete example.",
            key="base_model.py",
        )
    return CheckError(
        "a check.py that runs to its end",
        said[-1],
        "Run python check.py in the experiment's folder to see all of it.",
        key="check.py",
    )
