"""Kill generate and train at random moments, start them again, and compare the outcome.

    python bench/kill.py                # 200 moments, half of each; exit code 1 if one fails
    python bench/kill.py --moments 20   # as the tests do

At each moment a signal (SIGKILL, SIGTERM or SIGINT) goes to the process, or to all that it
has started. Then what lies there is looked at: nothing is half-made under a final name, and
a run that nobody works at is not said to be running. After one to three kills the command is
left in peace: it must end well, and everything must equal what an uninterrupted one made.

Processes are forked from this one, which has imported the slow libraries and used none of
them, so that the moments fall into the work and not into imports. `--cold` starts each anew.
"""

import argparse
import hashlib
import json
import os
import random
import runpy
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import polars
import pytorch_lightning
import sklearn.ensemble
import torch
import torchmetrics

from labwright.cli import main as labwright
from labwright.experiments import read_experiment

WARM = (np, polars, pytorch_lightning, sklearn.ensemble, torch, torchmetrics)
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
CHECKED = 10  # of so many generate calls one runs its check, which takes much longer
TASK = {
    "name": "penguins",
    "output_description": "the species of the penguin",
    "data_sources": [{"type": "local", "identifier": "penguins.csv"}],
    "training": {"epochs": 3},
}
# A small model: most moments are to fall between steps, checkpoints and figures.
SMALL = {"D_MODEL": 16, "NUM_LAYERS": 1, "MAX_EPOCHS": 6, "DRAWS": 50}
MEASURED = ["metric", "more", "baselines", "verdict", "leak_scan", "importance"]
ANSWERS = [*MEASURED, "split", "training"]


class BrokenError(AssertionError):
    """What must hold after a kill does not."""


def expect(holds: bool, what: str) -> None:
    """Raise where something that must hold does not."""
    if not holds:
        raise BrokenError(what)


# ---- processes -----------------------------------------------------------------------


class Process:
    """A command in a process group of its own."""

    def __init__(self, work: Callable[[], Any], folder: Path, log: Path) -> None:
        held = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS[1:])  # while it begins
        self.pid = os.fork()
        if self.pid:
            with suppress(OSError):  # the child does so too, whichever comes first
                os.setpgid(self.pid, self.pid)
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
            return
        code = 70
        try:
            os.setpgid(0, 0)
            os.chdir(folder)
            out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for number in (1, 2):
                os.dup2(out, number)
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
            code = int(work() or 0)
        except SystemExit as error:
            code = int(error.code or 0)
        except KeyboardInterrupt:
            code = 130
        finally:
            sys.stdout.flush()
            os._exit(code)

    def wait(self, seconds: float | None = None) -> int | None:
        """The exit status, or None if it is still at work after so many seconds."""
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if end is not None and time.monotonic() >= end:
                return None
            time.sleep(0.002)

    def kill(self, number: signal.Signals, group: bool) -> None:
        """Send a signal to the process, or to all that it has started too."""
        if group:
            os.killpg(self.pid, number)
        else:
            os.kill(self.pid, number)


def cold(*command: str) -> Callable[[], Any]:
    """A command that takes the place of the forked process, with imports of its own."""
    return lambda: os.execv(sys.executable, [sys.executable, *command])


def train() -> None:
    """`python train.py` in the current folder."""
    sys.argv, sys.path[0] = ["train.py"], str(Path.cwd())
    runpy.run_path("train.py", run_name="__main__")


def generate(*options: str) -> int:
    """`labwright generate` in the current workspace."""
    return labwright(["generate", "--task", "task.json", *options])


# ---- what lies there -----------------------------------------------------------------


def digest(path: Path) -> str:
    """The content of a file, in short."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files(folder: Path, but: Sequence[str] = ()) -> dict[str, str]:
    """The files below a folder and their content."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    names = {path.relative_to(folder).as_posix(): path for path in found}
    return {
        name: digest(path)
        for name, path in names.items()
        if not set(but) & set(name.split("/")) and "__pycache__" not in name
    }


def look_at_experiments(workspace: Path, whole: dict[str, str]) -> int:
    """How many experiments there are; each is all that it is to be.

    Raises:
        BrokenError: one is not.
    """
    made = [path for path in workspace.glob("experiments/*") if path.name[0] != "."]
    for folder in made:
        expect(
            files(folder, ["prepared", ".lock"]) == whole, f"{folder.name} is no whole"
        )
    return len(made)


def look_at_run(experiment: Path, prepared: dict[str, str]) -> None:
    """Nothing in an experiment that was killed is half-made.

    Raises:
        BrokenError: something is.
    """
    for path in experiment.rglob("*.json"):
        if path.name[0] != ".":
            json.loads(path.read_text())
    for folder in (experiment / "data" / "prepared").glob("*"):
        if "." not in folder.name:
            expect(files(folder) == prepared, f"prepared/{folder.name} is no whole")
    for run in read_experiment(experiment).runs:
        expect(run.problem is None, f"run {run.folder.name}: {run.problem}")
        expect(run.status != "running", f"run {run.folder.name} is said to be running")
        expect((run.folder / "options.json").exists(), "no options.json")
        for path in run.folder.glob("checkpoints/[!.]*.ckpt"):
            torch.load(path, map_location="cpu", weights_only=True)
        curves = run.folder / "curves.csv"
        if curves.exists():
            look_at_curves(curves)


def look_at_curves(path: Path) -> None:
    """Every line is whole, and every epoch is there once."""
    lines = [line.split(",") for line in path.read_text().splitlines()]
    expect(all(len(line) == len(lines[0]) for line in lines), "a line of curves.csv")
    epochs = [int(line[0]) for line in lines[1:]]
    expect(epochs == list(range(1, len(epochs) + 1)), f"epochs {epochs}")


def outcome(experiment: Path) -> dict[str, Any]:
    """All that a killed run and an uninterrupted one must have in common."""
    run = experiment / "runs" / "001"
    results = json.loads((experiment / "results.json").read_text())
    said = {name: results.get(name) for name in ("status", "run", *ANSWERS)}
    names = ("curves.csv", "predictions.parquet")
    state = torch.load(run / "checkpoints" / "best.ckpt", weights_only=True)
    weights = hashlib.sha256()
    for name, tensor in state["state_dict"].items():
        weights.update(name.encode() + tensor.numpy().tobytes())
    kept = {name: digest(run / name) for name in names}
    return said | kept | {"weights": weights.hexdigest()}


# ---- the two commands ----------------------------------------------------------------


class Tally:
    """What was done to a command, and what came of it."""

    def __init__(self, name: str, seed: int) -> None:
        self.name, self.chance = name, random.Random(f"{name} {seed}")
        self.moments: Counter[str] = Counter()
        self.reruns = self.equal = 0
        self.broken: list[str] = []

    def kill_at_random(self, process: Process, seconds: float) -> bool:
        """Kill a process within so many seconds; False if it had ended before."""
        code = process.wait(self.chance.uniform(0, seconds))
        if code is not None:
            return False
        number, group = self.chance.choice(SIGNALS), self.chance.random() < 0.5
        process.kill(number, group)
        process.wait()
        self.moments[number.name] += 1
        return True

    def note(self, folder: Path, error: Exception) -> None:
        """Something does not hold."""
        self.broken.append(f"{folder.name}: {type(error).__name__}: {error}")
        print(self.broken[-1], file=sys.stderr, flush=True)

    def say(self) -> None:
        """The counts, as a line."""
        total = self.moments.total()
        each = ", ".join(
            f"{count} {name}" for name, count in sorted(self.moments.items())
        )
        print(
            f"{self.name}: killed at {total} moments ({each}); "
            f"{self.reruns} reruns, {self.equal} ended well with equal figures, "
            f"{len(self.broken)} did not"
        )


def kill_generate(
    tally: Tally, moments: int, base: Path, source: Path, is_cold: bool
) -> None:
    """Kill generate so many times, and let each chain of kills be followed by a whole."""

    def workspace(name: str) -> Path:
        folder = base / name
        folder.mkdir()
        shutil.copyfile(source, folder / "penguins.csv")
        (folder / "task.json").write_text(json.dumps(TASK))
        return folder

    def start(folder: Path, options: Sequence[str]) -> Process:
        work: Callable[[], Any] = lambda: generate(*options)
        if is_cold:
            program = "import sys; from labwright.cli import main; sys.exit(main())"
            work = cold("-c", program, "generate", "--task", "task.json", *options)
        return Process(work, folder, base / "log")

    quick: tuple[str, ...] = ("--no-check",)
    seconds, whole = {}, {}
    for options in (quick, ()) if moments >= 5 * CHECKED else (quick,):
        folder, began = workspace(f"uninterrupted{len(options)}"), time.monotonic()
        expect(start(folder, options).wait() == 0, (base / "log").read_text())
        seconds[options] = time.monotonic() - began
        (made,) = folder.glob("experiments/2*")
        whole[options] = files(made, ["prepared", ".lock"])
    while tally.moments.total() < moments:
        number = tally.reruns
        options = () if number % CHECKED == CHECKED - 1 and () in seconds else quick
        folder = workspace(f"generate{number}")
        try:
            for _ in range(tally.chance.randint(1, 3)):
                if tally.moments.total() < moments:
                    tally.kill_at_random(start(folder, options), seconds[options])
                    look_at_experiments(folder, whole[options])
            before = look_at_experiments(folder, whole[options])
            code = start(folder, options).wait()
            expect(code == 0, f"exit code {code}: {(base / 'log').read_text()[-500:]}")
            after = look_at_experiments(folder, whole[options])
            expect(after == before + 1, f"{after - before} experiments by a rerun")
            left = [path.name for path in folder.glob("experiments/.*")]
            expect(not left or is_late(folder), f"{left} is left")
            tally.equal += 1
        except BrokenError as error:
            tally.note(folder, error)
        tally.reruns += 1
        shutil.rmtree(folder, ignore_errors=True)


def is_late(folder: Path) -> bool:
    """Whether what is left is empty: of a check that outlived its generate for a moment."""
    return not any(path.is_file() for path in folder.glob("experiments/.staging/**/*"))


def kill_train(
    tally: Tally, moments: int, base: Path, source: Path, is_cold: bool
) -> None:
    """Kill training so many times, and let each chain of kills be followed by its end."""
    made = small_experiment(base, source)

    def start(folder: Path) -> Process:
        work = cold("train.py") if is_cold else train
        return Process(work, folder, base / "log")

    whole, began = base / "uninterrupted", time.monotonic()
    shutil.copytree(made, whole)
    expect(start(whole).wait() == 0, (base / "log").read_text())
    seconds = time.monotonic() - began
    prepared = files(next((whole / "data" / "prepared").iterdir()))
    expected = outcome(whole)
    while tally.moments.total() < moments:
        folder = base / f"train{tally.reruns}"
        shutil.copytree(made, folder)
        try:
            for _ in range(tally.chance.randint(1, 3)):
                if tally.moments.total() < moments and not is_completed(folder):
                    tally.kill_at_random(start(folder), seconds)
                    look_at_run(folder, prepared)
            if not is_completed(folder):
                code = start(folder).wait()
                said = (base / "log").read_text()[-500:]
                expect(code == 0, f"exit code {code}: {said}")
            look_at_run(folder, prepared)
            found = outcome(folder)
            other = [name for name in expected if found[name] != expected[name]]
            expect(not other, f"other {other}")
            runs = [path.name for path in folder.glob("runs/[!.]*")]
            expect(runs == ["001"], f"runs {runs}")
            expect(not [*folder.rglob(".*.unfinished")], "an unfinished file is left")
            tally.equal += 1
        except (BrokenError, ValueError, OSError, RuntimeError) as error:
            tally.note(folder, error)
        tally.reruns += 1
        shutil.rmtree(folder)


def is_completed(experiment: Path) -> bool:
    """Whether its latest run is: a signal that came too late."""
    runs = read_experiment(experiment).runs
    return bool(runs) and runs[-1].status == "completed"


def small_experiment(base: Path, source: Path) -> Path:
    """An experiment on the data, with a small model."""
    workspace = base / "workspace"
    workspace.mkdir()
    shutil.copyfile(source, workspace / "penguins.csv")
    (workspace / "task.json").write_text(json.dumps(TASK))
    log = base / "log"
    made = Process(lambda: generate("--no-check"), workspace, log).wait()
    expect(made == 0, log.read_text())
    (experiment,) = workspace.glob("experiments/2*")
    for path in experiment.glob("*.py"):
        lines = path.read_text().splitlines(keepends=True)
        for number, line in enumerate(lines):
            name, sign, _ = line.partition(" = ")
            if sign and name in SMALL:
                lines[number] = f"{name} = {SMALL[name]}\n"
        path.write_text("".join(lines))
    return experiment


def main() -> int:
    """Kill both commands, print the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--moments", type=int, default=200, help="of both together")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=("generate", "train"))
    parser.add_argument("--cold", action="store_true", help="import anew each time")
    options = parser.parse_args()
    source = Path(__file__).parents[1] / "examples" / "penguins.csv"
    commands = {"generate": kill_generate, "train": kill_train}
    if options.only:
        commands = {options.only: commands[options.only]}
    broken = 0
    for name, kill in commands.items():
        tally = Tally(name, options.seed)
        with tempfile.TemporaryDirectory() as folder:
            moments = options.moments // len(commands)
            kill(tally, moments, Path(folder), source, options.cold)
        tally.say()
        broken += len(tally.broken)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
