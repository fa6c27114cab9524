"""Commands from a task to an experiment: plan and generate."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labwright.cli.options import EXPERIMENTS, Debug, Experiments, Json

if TYPE_CHECKING:  # slow to import
    from labwright.generate import Request

TaskName = Annotated[
    str | None,
    typer.Argument(
        metavar="TASK_NAME",
        help="Names the folder; the task file's own name if left out.",
        show_default=False,
    ),
]
TaskFile = Annotated[
    Path | None,
    typer.Option(
        "--task",
        metavar="FILE",
        help="The task file. Default: next_task.json in the folder of all experiments.",
        show_default=False,
    ),
]
BaseModel = Annotated[
    Path | None,
    typer.Option(
        "--base-model",
        metavar="FILE",
        help="The model to copy. Default: base_model.py beside experiments/, else ours.",
        show_default=False,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        min=0, metavar="N", help="Of the split and the training.", show_default=False
    ),
]
MaxSize = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        help="Largest download, such as 500MB. Default: the task's, else 1 GiB.",
        show_default=False,
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Answer a key of the task file: target=price, training.epochs=20. Repeatable.",
        show_default=False,
    ),
]


def plan(
    task_name: TaskName = None,
    task: TaskFile = None,
    experiments: Experiments = EXPERIMENTS,
    base_model: BaseModel = None,
    seed: Seed = None,
    max_size: MaxSize = None,
    set_: Set = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Show what generate would decide, with the reasons. Writes nothing."""
    from labwright.cli.follow import Follower
    from labwright.generate import decide

    asked = _request(
        experiments, task, task_name, set_, seed, base_model, max_size, json
    )
    with Follower(quiet=json, changes=True) as follower:
        decide(asked, tell=follower)
    follower.finish({})


def generate(
    task_name: TaskName = None,
    task: TaskFile = None,
    experiments: Experiments = EXPERIMENTS,
    base_model: BaseModel = None,
    seed: Seed = None,
    max_size: MaxSize = None,
    no_check: Annotated[
        bool,
        typer.Option(
            "--no-check", metavar="", help="Do not run the experiment's check."
        ),
    ] = False,
    set_: Set = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Make an experiment from a task file, and check it.

    Fetches the data, profiles them, decides, writes the folder and runs its check. The
    folder gets its name only when all of that went well.
    """
    from labwright.cli.follow import Follower
    from labwright.generate import generate

    asked = _request(
        experiments, task, task_name, set_, seed, base_model, max_size, json
    )
    with Follower(quiet=json) as follower:
        made = generate(asked, checked=not no_check, tell=follower)
    command = f"labwright run {shlex.quote(made.folder.name)}"
    if experiments != EXPERIMENTS:
        command += f" --experiments {shlex.quote(str(experiments))}"
    unchecked = {} if made.check else {"check": None}
    follower.finish(unchecked | {"experiment": str(made.folder), "next": command})


def _request(
    experiments: Path,
    task: Path | None,
    name: str | None,
    answers: list[str] | None,
    seed: int | None,
    base_model: Path | None,
    max_size: str | None,
    quiet: bool,
) -> "Request":
    """What the options ask for."""
    from labwright.generate import Request
    from labwright.task.values import as_size

    overrides = list(answers or ())
    if seed is not None:
        overrides.append(f"seed={seed}")
    return Request(
        experiments=experiments,
        task_file=task,
        name=name,
        overrides=overrides,
        base_model=base_model,
        max_bytes=None if max_size is None else as_size(max_size, "--max-size"),
        progress=not quiet,
    )
