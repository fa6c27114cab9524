"""From a task file to an experiment: the stages one after the other.

    made = generate(Path("experiments"), tell=print)
    made.folder, made.plan, made.check

What each stage yields is told as soon as it is there, so that a person can follow.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from labwright.acquire import Acquired, acquire
from labwright.check import CheckReport, check
from labwright.plan import plan
from labwright.plan.decisions import Plan
from labwright.profile import profile
from labwright.profile.facts import Profile
from labwright.task.read import ReadTask, read_task
from labwright.write import write
from labwright.write.base_model import find_base_model, takes_columns
from labwright.write.staging import raw_folder

TASK_FILE = "next_task.json"

# What the stages yield, in this order: the task, its files, facts, decisions, the check.
Told: TypeAlias = ReadTask | Acquired | Profile | Plan | CheckReport


@dataclass(frozen=True)
class Request:
    """What is asked for, beside the task file itself.

    Attributes:
        experiments: The folder of all experiments; its parent is the workspace.
        task_file: Default: next_task.json in `experiments`.
        name: Takes the place of the task's own name.
        overrides: Answers to keys of the task file: "training.epochs=20".
        base_model: Default: the workspace's base_model.py, else labwright's.
        max_bytes: Size cap of a download; None takes the task's, else 1 GiB.
        progress: Show bars while downloading.
    """

    experiments: Path
    task_file: Path | None = None
    name: str | None = None
    overrides: Sequence[str] = ()
    base_model: Path | None = None
    max_bytes: int | None = None
    progress: bool = True

    @property
    def workspace(self) -> Path:
        """What local paths are relative to."""
        return self.experiments.absolute().parent

    @property
    def path(self) -> Path:
        """Of the task file."""
        return self.task_file or self.experiments / TASK_FILE

    @property
    def model(self) -> Path | None:
        """The base model to copy; None for labwright's own."""
        return self.base_model or find_base_model(self.workspace)


@dataclass(frozen=True)
class Made:
    """An experiment that was made; `check` is None where none was asked for."""

    folder: Path
    plan: Plan
    check: CheckReport | None


def ignore(told: Told) -> None:
    """Tell nobody."""


def generate(
    request: Request, *, checked: bool = True, tell: Callable[[Told], None] = ignore
) -> Made:
    """Make an experiment: nothing of it is seen before all of it is there.

    Raises:
        LabwrightError: any stage; nothing but an unfinished download remains then, which
            the next call goes on with.
    """
    reports: list[CheckReport] = []

    def check_and_tell(folder: Path) -> None:
        reports.append(check(folder))
        tell(reports[0])

    with decided(request, tell) as (plan, acquired):
        folder = write(
            plan,
            acquired,
            request.experiments,
            given=request.path.read_bytes(),
            base_model=request.model,
            check=check_and_tell if checked else None,
        )
    return Made(folder, plan, reports[0] if reports else None)


def decide(request: Request, *, tell: Callable[[Told], None] = ignore) -> Plan:
    """Every decision for a task; nothing is left on the disk.

    Raises:
        LabwrightError: any stage.
    """
    with decided(request, tell) as (plan, _):
        return plan


@contextmanager
def decided(
    request: Request, tell: Callable[[Told], None]
) -> Iterator[tuple[Plan, Acquired]]:
    """The plan and the acquired data, which are there until the end of the block."""
    read = read_task(request.path, request.name, request.overrides, request.workspace)
    tell(read)
    is_plain = not takes_columns(request.model)
    with raw_folder(read.task, request.experiments) as raw:
        acquired = acquire(
            read.task, raw, request.workspace, request.max_bytes, request.progress
        )
        tell(acquired)
        facts = profile(acquired)
        tell(facts)
        decisions = plan(read.task, facts, plain=is_plain)
        answers = tuple(
            f"{answer} was answered on the command line, and is not in task.json."
            for answer in request.overrides
        )
        told = (*answers, *read.warnings, *decisions.warnings)
        decisions = replace(decisions, warnings=told)
        tell(decisions)
        yield decisions, acquired
