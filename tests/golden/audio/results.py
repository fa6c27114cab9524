"""What results.json says of a run, true at every moment; train.py writes it.

Nothing here needs editing.
"""

import argparse
import errno
import platform
import shutil
import sys
import time
import traceback
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Self

from pytorch_lightning.utilities.rank_zero import rank_zero_only

# isort: split
from dataloader import CLASSES, FILES, TARGETS
from options import processes
from runs import (
    PACKAGES,
    BusyRunError,
    choose_run,
    hold,
    identity,
    not_as_checked,
    why_new,
)
from signals import InterruptedRunError
from whole import one_at_a_time, read_json, write_json

# ---- what to do about it -------------------------------------------------------------

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)


def advice(stage: str, error: BaseException) -> str:
    """What to do next after an error."""
    text = str(error).lower()
    if isinstance(error, BusyRunError):
        return "Wait for it, or start another with --fresh."
    if isinstance(error, OSError) and error.errno in FULL:
        return "Free space on the disk, then start train.py again: it goes on."
    if isinstance(error, OSError) and error.errno in FORBIDDEN:
        return "Allow writing in the experiment's folder, or train in a copy of it."
    if "out of memory" in text or "allocate memory" in text:
        return "Set a smaller --batch-size, or a smaller D_MODEL in train.py."
    if "killed by signal" in text or "exited unexpectedly" in text:
        return "Find what ended the worker, or set NUM_WORKERS = 0 in training_data.py."
    if isinstance(error, ModuleNotFoundError):
        return f"pip install {error.name}, or pip install -r requirements.txt"
    if stage == "data":
        return "Mend the data or dataloader.py, then start train.py again."
    if stage == "training":
        return "Mend it and start train.py again: an edit of the code starts a new run."
    return "Mend it and start train.py again: training is done and is not repeated."


# ---- results.json --------------------------------------------------------------------


class ProcessError(RuntimeError):
    """What another process said that trained together with this one."""


class Results:
    """results.json of a run and of the experiment, true at every moment.

    Only rank 0 writes, and never for a fast development run. `stage` is what is going on:
    data, training or evaluation.
    """

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        asked = {
            name: value for name, value in vars(options).items() if name != "fresh"
        }
        self.identity = identity(folder, asked)
        self.folder, self.options = folder, options
        self.run, self.is_new = choose_run(folder, self.identity, options.fresh)
        self.silent = options.fast_dev_run
        self.lock: IO[str] | None = None
        self.stage = "data"
        self.exit_code = 0
        self.clock = time.monotonic()
        earlier, known = self.known("results"), self.known("options")
        self.seconds_before = earlier.get("seconds", 0.0)
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

    def known(self, name: str) -> dict[str, Any]:
        """A file of the run that is gone on with; of a new one there is none.

        Where one lies all the same, another process has begun a run of this number.
        """
        return {} if self.is_new else read_json(self.run / f"{name}.json")

    @property
    def is_first(self) -> bool:
        """Whether this is the process of rank 0."""
        return getattr(rank_zero_only, "rank", 0) == 0

    @property
    def trained(self) -> bool:
        """Whether this run's training has ended, in this process or an earlier one."""
        return self.content["training"] is not None

    @property
    def first_failure(self) -> Path:
        """Where the first of several processes to fail says why."""
        return self.run / ".failure.unfinished"

    def begin(self) -> None:
        """Hold the run, and say that it is running.

        Processes that train together have all to choose a new run before one of them
        makes its folder: they begin it when training starts.

        Raises:
            BusyRunError: another process holds it. Nothing is written from here on.
        """
        if not self.silent and self.is_first:
            self.announce()
        if not self.is_new or processes(self.options) == 1:
            self.write(status="running")

    def announce(self) -> None:
        """Say why a new run begins where another did not end, and what else is new."""
        last = self.run / "checkpoints" / "last.ckpt"
        lines: list[str | None] = []
        if self.is_new:
            lines += [not_as_checked(self.folder)]
            if not self.options.fresh:
                lines += [why_new(self.folder, self.identity)]
        elif self.trained:
            lines += [f"run {self.run.name} goes on with its evaluation"]
        elif not last.exists():
            lines += [f"run {self.run.name} goes on from its first step"]
        for line in filter(None, lines):
            print(line)

    def claim(self) -> None:
        """Hold the run until this process ends; a new one gets its folder, in one step."""
        try:
            if self.is_new:
                self.make_run()
            else:
                self.lock = hold(self.run)
        except BusyRunError:
            self.silent = True
            raise

    def make_run(self) -> None:
        """A new run's folder, which gets its name with results.json in it."""
        runs = self.folder / "runs"
        with one_at_a_time(runs / ".lock"):
            if processes(self.options) == 1:  # the number may be taken by now
                fresh = self.options.fresh
                self.run, self.is_new = choose_run(self.folder, self.identity, fresh)
                self.content["run"] = self.run.name
            if not self.is_new or self.run.exists():
                raise BusyRunError(self.run.name)
            making = runs / ".new"
            shutil.rmtree(making, ignore_errors=True)  # of a process that was killed
            making.mkdir()
            self.lock = hold(making)
            self.save(making)
            making.rename(self.run)
        self.is_new = False

    def write(self, **news: Any) -> None:
        """Add `news` and write: the run last, since a completed one is not gone on with."""
        self.content |= news
        if self.silent or not self.is_first:
            return
        if self.lock is None:
            self.claim()
        seconds = self.seconds_before + time.monotonic() - self.clock
        self.content["seconds"] = round(seconds, 1)
        write_json(self.folder / "results.json", self.content, self.run.name)
        self.save(self.run)

    def save(self, run: Path) -> None:
        """What lies in the run's own folder."""
        made = self.identity | {"recovered": self.recovered}
        write_json(run / "options.json", made)
        write_json(run / "results.json", self.content)

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
        if error is not None and self.is_first and self.first_failure.exists():
            error = ProcessError(self.first_failure.read_text())
            self.first_failure.unlink()
        if isinstance(error, InterruptedRunError):
            self.exit_code = 128 + error.signal
            if self.content["status"] == "completed":  # a signal that came too late
                self.write()
                return True
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
        if isinstance(error, InterruptedRunError | ProcessError):
            message = str(error)
        if "Original Traceback" in message:  # of a worker: its last line says it all
            message = message.rstrip().rpartition("\n")[2]
        failure = {"stage": self.stage, "error": message, "what_to_do": what_to_do}
        try:
            self.write(status=status, failure=failure)
            if status == "failed" and not self.silent and self.is_first:
                text = "".join(traceback.format_exception(error))
                (self.run / "error.txt").write_text(text)
        except OSError as unwritten:  # of a full disk, most often: what was, is kept
            what_to_do += f"\nThis could not be written down: {unwritten}"
        if self.is_first:
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
