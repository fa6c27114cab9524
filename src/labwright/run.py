"""Training an experiment: starts its train.py, follows it, and draws the report.

train.py is a program of its own, so it runs as one: in a subprocess, in the experiment's
folder, with this terminal. What it came to is read from the results.json that it wrote.
"""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from labwright.errors import RunError
from labwright.experiments import KILLED, read_json, read_results
from labwright.recipes.shared.whole import write_json
from labwright.report import report
from labwright.subprocesses import environment


def run(
    folder: Path, options: Sequence[str] = (), *, output: TextIO | None = None
) -> dict[str, Any]:
    """Train the experiment in `folder` and return its results.json.

    Args:
        folder: Of the experiment.
        options: Of train.py, for example `["--epochs", "3"]`.
        output: Where its standard output goes; None for this process's own.

    Returns:
        The results; empty where train.py ended well and wrote none, as `--help` does.

    Raises:
        RunError: the run failed or was interrupted; the report says so too.
    """
    before = _stamp(folder)
    command = [sys.executable, "train.py", *options]
    with subprocess.Popen(
        command, cwd=folder, stdout=output, env=environment(folder / "data" / "cache")
    ) as process:
        code = _follow(process)
    if _stamp(folder) == before:
        if code == 0:
            return {}
        raise _silent_failure(folder, code)
    results = read_json(folder / "results.json")
    run_folder = folder / "runs" / str(results["run"])
    if run_folder.is_dir():
        if code < 0:
            _record_death(folder, run_folder, code)
        results = read_results(run_folder)
        report(run_folder)
    if results["status"] in ("failed", "interrupted"):
        raise _failure(results, run_folder, code)
    if code != 0:  # and what was written is of another train.py
        raise _silent_failure(folder, code)
    return results


def _record_death(folder: Path, run_folder: Path, code: int) -> None:
    """Write down what a train.py that was killed could not write any more."""
    results = read_results(run_folder)
    failure = results.get("failure") or {}
    if failure.get("error") == KILLED["error"]:
        failure["error"] = f"train.py was ended {_ended(code)}"
        for place in (folder, run_folder):
            write_json(place / "results.json", results)


def _stamp(folder: Path) -> tuple[int, int] | None:
    """What changes when train.py writes results.json: file and time in nanoseconds."""
    path = folder / "results.json"
    if not path.exists():
        return None
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns


def _follow(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the end and return the exit status, passing on what asks us to stop.

    Ctrl-C in a terminal reaches train.py by itself, and a second signal would cut off the
    status that it is writing; without a terminal it is ours alone and is passed on.
    """
    with _passing_on(signal.SIGTERM, process):
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                if not sys.stdin.isatty():
                    process.send_signal(signal.SIGINT)


@contextmanager
def _passing_on(
    number: signal.Signals, process: "subprocess.Popen[bytes]"
) -> Iterator[None]:
    """Send the signal to the process when it comes to us. Only a main thread can do so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def pass_on(_number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    earlier = signal.signal(number, pass_on)
    try:
        yield
    finally:
        signal.signal(number, earlier)


def _silent_failure(folder: Path, code: int) -> RunError:
    """The error of a train.py that ended before it could write down why."""
    return RunError(
        "starting",
        f"train.py ended {_ended(code)} before it wrote results.json",
        f"Read what it printed, or run it by hand: cd {folder} && python train.py",
    )


def _ended(code: int) -> str:
    """How a process ended, by its exit status."""
    if code < 0:
        return f"by signal {signal.Signals(-code).name}"
    return f"with status {code}"


def _failure(results: dict[str, Any], run_folder: Path, code: int) -> RunError:
    """The error that a failed or interrupted run wrote down."""
    failure = results.get("failure") or {}
    return RunError(
        failure.get("stage", "ending"),
        failure.get("error", f"train.py ended with status {code}"),
        failure.get("what_to_do", f"See {run_folder / 'report.html'}"),
        status=results["status"],
        key=str(run_folder / "results.json"),
    )
