"""Finding experiments and their runs, and what each came to, as plain data. Draws nothing.

An experiment is a folder below `experiments/` with a plan.json and a train.py; a run is a
folder below its `runs/`. A folder that is neither whole nor readable is reported with the
problem that it has, since one broken folder must not hide all the others.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labwright.errors import ExperimentError

NEEDED = ("plan.json", "train.py", "dataloader.py")  # what makes a folder an experiment


@dataclass(frozen=True)
class Run:
    """One training run.

    Attributes:
        folder: `<experiment>/runs/<number>`.
        results: Of its results.json; empty where there is none that can be read.
        problem: Why they cannot be read; None where they can.
    """

    folder: Path
    results: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None

    @property
    def status(self) -> str:
        """running, completed, failed, interrupted, or broken."""
        return "broken" if self.problem else str(self.results.get("status", "broken"))


@dataclass(frozen=True)
class Experiment:
    """An experiment's folder, its runs from the first to the latest, and its problem."""

    folder: Path
    runs: tuple[Run, ...] = ()
    problem: str | None = None


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file of an experiment.

    Raises:
        ExperimentError: the file is absent, no JSON, or holds no object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        found = "no such file"
    except ValueError:
        found = "no JSON"
    else:
        if isinstance(content, dict):
            return content
        found = "no object"
    raise ExperimentError(
        f"a JSON object in {path}",
        found,
        "Run the experiment again, or restore the file.",
        key=path.name,
    )


KILLED = {
    "error": "train.py was ended before it could say why: by a kill or a loss of power",
    "what_to_do": "python train.py goes on where it stopped.",
}


def read_results(run: Path) -> dict[str, Any]:
    """results.json of a run; one that is running has a train.py that is at work in it.

    Where there is none any more, the run was interrupted.

    Raises:
        ExperimentError: the file is absent or unreadable.
    """
    results = read_json(run / "results.json")
    if results.get("status") == "running" and not is_at_work(run):
        stage = "evaluation" if results.get("training") else "training"
        failure = {"stage": stage} | KILLED
        return results | {"status": "interrupted", "failure": failure}
    return results


def is_at_work(run: Path) -> bool:
    """Whether a process holds the lock of a run, which the system takes from a dead one."""
    try:
        with (run / ".lock").open("r+") as lock:
            os.lockf(lock.fileno(), os.F_TEST, 0)
    except FileNotFoundError:
        return False
    except OSError:  # it is held, or this disk cannot tell
        return True
    return False


def read_run(folder: Path) -> Run:
    """The run in a folder; a run that cannot be read has a problem instead of results."""
    try:
        return Run(folder, results=read_results(folder))
    except ExperimentError as error:
        return Run(folder, problem=f"results.json: {error.found}")


def read_experiment(folder: Path) -> Experiment:
    """The experiment in a folder, with all its runs."""
    absent = [name for name in NEEDED if not (folder / name).is_file()]
    problem = f"no {', no '.join(absent)}" if absent else None
    runs = sorted(path for path in (folder / "runs").glob("[0-9]*") if path.is_dir())
    return Experiment(folder, tuple(read_run(path) for path in runs), problem)


def list_experiments(experiments: Path) -> list[Experiment]:
    """Every folder below `experiments`, the newest last. Their names start with the time."""
    if not experiments.is_dir():
        return []
    folders = (path for path in experiments.iterdir() if path.is_dir())
    return [
        read_experiment(path) for path in sorted(folders) if path.name[0] not in "._"
    ]


def find_experiment(experiments: Path, name: str | None = None) -> Path:
    """The folder of the experiment that is meant.

    Args:
        experiments: The folder of all experiments.
        name: A path, a folder's name, or a part of one (`penguins`), of which the newest
            experiment is taken; None for the newest of all.

    Raises:
        ExperimentError: there is none; names those that there are.
    """
    if name is not None:
        for folder in (experiments / name, Path(name)):
            if folder.is_dir() and read_experiment(folder).problem is None:
                return folder
    whole = [found for found in list_experiments(experiments) if found.problem is None]
    meant = [found for found in whole if name is None or name in found.folder.name]
    if meant:
        return meant[-1].folder
    found = f"{len(whole)} in {experiments}, none of that name" if whole else "none"
    if name is not None and Path(name).is_dir():
        found = f"a folder with {read_experiment(Path(name)).problem}"
    raise ExperimentError(
        f"an experiment {name!r}" if name else f"an experiment in {experiments}",
        found,
        "`labwright list` shows those there are; `labwright generate` makes one.",
        key="EXPERIMENT",
        candidates=[found.folder.name for found in reversed(whole)][:10],
    )


def find_run(experiments: Path, name: str | None = None) -> Path:
    """The folder of the run that is meant: itself, or the latest of an experiment.

    Args:
        experiments: The folder of all experiments.
        name: Path of a run, also relative to `experiments`, or what `find_experiment` takes.

    Raises:
        ExperimentError: there is no such run, or the experiment was never run.
    """
    if name is not None:
        for folder in (experiments / name, Path(name)):
            if (folder / "results.json").is_file() and folder.parent.name == "runs":
                return folder
    experiment = read_experiment(find_experiment(experiments, name))
    if not experiment.runs:
        raise ExperimentError(
            f"a run in {experiment.folder / 'runs'}",
            "none",
            f"Train it first: labwright run {experiment.folder.name}",
            key="EXPERIMENT",
        )
    return experiment.runs[-1].folder


FIGURES = (
    "metric",
    "val",
    "test",
    "interval",
    "baseline",
    "baseline_test",
    "verdict",
    "seconds",
    "started",
)


def summarize(experiment: Experiment) -> list[dict[str, Any]]:
    """One flat line for each run of an experiment, or one that says why there is none."""
    name, folder = experiment.folder.name, str(experiment.folder)
    if experiment.problem or not experiment.runs:
        status = "broken" if experiment.problem else "not run"
        line = {"experiment": name, "run": None, "status": status}
        line |= dict.fromkeys(FIGURES)
        return [line | {"problem": experiment.problem, "folder": folder}]
    return [{"experiment": name} | summarize_run(run) for run in experiment.runs]


def summarize_run(run: Run) -> dict[str, Any]:
    """What a run came to: its figures, the baseline it is held against, and the verdict."""
    results = run.results
    metric, verdict = _part(results, "metric"), _part(results, "verdict")
    rival = verdict.get("baseline")
    failure = _part(results, "failure")
    return {
        "run": run.folder.name,
        "status": run.status,
        "metric": metric.get("name"),
        "val": metric.get("val"),
        "test": metric.get("test"),
        "interval": metric.get("interval"),
        "baseline": rival,
        "baseline_test": _part(_part(results, "baselines"), rival).get("test"),
        "verdict": verdict.get("word"),
        "seconds": results.get("seconds"),
        "started": results.get("started"),
        "problem": run.problem or failure.get("error"),
        "folder": str(run.folder),
    }


def compare(experiments: Path) -> list[dict[str, Any]]:
    """One line for each run of each experiment, the newest last; see `summarize_run`."""
    return [
        line for found in list_experiments(experiments) for line in summarize(found)
    ]


def _part(content: dict[str, Any], key: Any) -> dict[str, Any]:
    """A nested object, empty where it is absent, null, or a broken file holds another type."""
    value = content.get(key)
    return value if isinstance(value, dict) else {}
