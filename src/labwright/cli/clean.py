"""The command that frees space."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from labwright.cli.failures import UnansweredError
from labwright.cli.options import EXPERIMENTS, Debug, Experiments, Json

if TYPE_CHECKING:  # slow to import
    from labwright.clean import Removable


def clean(
    experiment: Annotated[
        str | None,
        typer.Argument(
            metavar="EXPERIMENT",
            help="A path, a folder's name or a part of it. All of them if left out.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", metavar="", help="Do not ask before removing.")
    ] = False,
    experiments: Experiments = EXPERIMENTS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Free space: remove what experiments can make or fetch again.

    Keeps code, task, plan, results, reports and the best checkpoint of each run, files of
    this machine, and every file that Labwright did not make. Shows what goes and asks;
    with --json and without --yes it only shows.
    """
    from labwright.clean import is_in_use, removable, remove, unfinished
    from labwright.cli import terminal
    from labwright.experiments import find_experiment, list_experiments

    if experiment is None:
        folders = [each.folder for each in list_experiments(experiments)]
        folders = [path for path in folders if (path / "plan.json").is_file()]
    else:
        folders = [find_experiment(experiments, experiment)]
    busy = [folder for folder in folders if is_in_use(folder)]
    found = [part for path in folders if path not in busy for part in removable(path)]
    found += unfinished(experiments) if experiment is None else []
    if not json:
        _show(found, busy)
    removed = bool(found) and (yes or (not json and _agreed()))
    if removed:
        remove(found)
    if json:
        content = {"removed": removed, "bytes": sum(part.size for part in found)}
        parts = [part.as_dict() for part in found]
        in_use = [str(folder) for folder in busy]
        terminal.say_json(content | {"parts": parts, "in_use": in_use})
    elif removed:
        terminal.say("Removed.")


def _agreed() -> bool:
    """Whether a person says yes.

    Raises:
        UnansweredError: there is no terminal to ask at.
    """
    if not sys.stdin.isatty():
        raise UnansweredError("what is listed to be removed", "--yes")
    return typer.confirm("Remove these?")


def _show(found: "Sequence[Removable]", busy: Sequence[Path]) -> None:
    """What would go, and how much space that is."""
    from labwright.acquire.limits import show_size
    from labwright.cli import terminal
    from labwright.report.words import count

    for folder in busy:
        terminal.say(f"{folder}: a training is at work, left alone")
    for part in found:
        files = count(len(part.files), "file")
        terminal.say(f"{part.folder}: {part.what}, {files}, {show_size(part.size)}")
    total = show_size(sum(part.size for part in found))
    terminal.say(f"{total} in all." if found else "There is nothing to remove.")
