"""Commands that start a workspace: new, schema and base-model."""

from typing import Annotated

import typer

from labwright.cli.options import EXPERIMENTS, Debug, Experiments, Json
from labwright.errors import BaseModelError


def new(
    data: Annotated[
        str,
        typer.Argument(
            metavar="DATA",
            help="A file, a folder, a URL, hf://owner/name, kaggle://owner/name or openml:ID.",
        ),
    ],
    target: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN", help="The column to predict.", show_default=False
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            help="Of the task; made from DATA if left out.", show_default=False
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", metavar="", help="Write over a task file that is there."
        ),
    ] = False,
    experiments: Experiments = EXPERIMENTS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a task file for data: experiments/next_task.json.

    Nothing is downloaded, and a file that is there is kept unless --force is given.
    """
    from labwright.cli import terminal
    from labwright.task.new import new_task, write_new_task

    path = experiments / "next_task.json"
    task = new_task(data, target, name, experiments.absolute().parent)
    write_new_task(path, task, overwrite=force)
    if json:
        terminal.say_json({"path": str(path), "task": task})
        return
    terminal.say(f"Wrote {path}. Say in its words what is to be predicted, then:")
    terminal.say("  labwright generate")


def schema(json: Json = False, debug: Debug = False) -> None:
    """Print the JSON Schema of a task file. The same with and without --json."""
    from labwright.cli import terminal
    from labwright.task.schema import task_schema

    terminal.say_json(task_schema())


def base_model(
    force: Annotated[
        bool,
        typer.Option(
            "--force", metavar="", help="Write over a base_model.py that is there."
        ),
    ] = False,
    experiments: Experiments = EXPERIMENTS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Write our base_model.py beside experiments/, for you to edit.

    Later experiments get it as their model.py instead of ours. A base_model.py that is
    there is kept unless --force is given.
    """
    from importlib.resources import files

    from labwright.cli import terminal

    path = experiments.absolute().parent / "base_model.py"
    text = files("labwright").joinpath("base_model.py").read_text("utf-8")
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BaseModelError(
            f"no file at {path} yet",
            "a base_model.py that may be yours",
            "Move it away first, or write over it with --force.",
            key="base_model.py",
        ) from None
    if json:
        terminal.say_json({"path": str(path)})
    else:
        terminal.say(f"Wrote {path}. Its contract is in docs/base_model.md.")
