"""The command line: the only place that prints and that sets exit codes.

    0    done
    1    an error that the user can mend: task, data, source, experiment
    2    the command line itself was wrong
    3    a training run failed
    4    an experiment failed its own check
    70   a fault in Labwright
    130  stopped by Ctrl-C, or an interrupted run

What is slow to import is imported by the command that needs it, so that `--help` is quick.
"""

import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper

import typer
from typer.exceptions import TyperException

from labwright.cli import experiments, generate, workspace
from labwright.errors import CheckError, LabwrightError, RunError

FAULT = 70
STOPPED = 130

app = typer.Typer(
    name="labwright",
    help="From a task file to a trained, honest experiment.",
    epilog="Start: labwright new DATA, then labwright generate, then labwright run."
    "\n\nEach command has its own --help, with examples.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

EXAMPLES: dict[Callable[..., None], tuple[str, Sequence[str]]] = {
    workspace.new: (
        "new",
        (
            "labwright new penguins.csv",
            "labwright new https://example.org/wine.csv --target quality",
            "labwright new openml:61 --name iris",
            "labwright new hf://owner/name",
        ),
    ),
    generate.plan: ("plan", ("labwright plan", "labwright plan --set target=price")),
    generate.generate: (
        "generate",
        (
            "labwright generate penguin_species",
            "labwright generate --task tasks/wine.json --max-size 2GB",
            "labwright generate --set training.epochs=20 --set split=group",
        ),
    ),
    experiments.run: (
        "run",
        (
            "labwright run",
            "labwright run penguin",
            "labwright run -- --max-minutes 5 --learning-rate 1e-3",
        ),
    ),
    experiments.list_: ("list", ("labwright list", "labwright list --json")),
    experiments.show: ("show", ("labwright show", "labwright show penguin")),
    experiments.report: (
        "report",
        (
            "labwright report",
            "labwright report experiments/20261122_201500_penguin_species/runs/002",
        ),
    ),
    experiments.check: ("check", ("labwright check", "labwright check penguin")),
    workspace.schema: ("schema", ("labwright schema > task.schema.json",)),
    workspace.base_model: ("base-model", ("labwright base-model",)),
}


def _add(command: Callable[..., None], name: str, examples: Sequence[str]) -> None:
    """Add a command; its docstring is its help, each paragraph wrapped anew."""
    paragraphs = (command.__doc__ or "").split("\n\n")
    app.command(
        name,
        help="\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs),
        epilog="\n\n".join(f"Example: {example}" for example in examples),
        context_settings={"allow_extra_args": command is experiments.run},
    )(command)


for command, (name, examples) in EXAMPLES.items():
    _add(command, name, examples)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    _print_what_the_terminal_can()
    given = list(sys.argv[1:] if arguments is None else arguments)
    ours = given[: given.index("--")] if "--" in given else given
    try:
        return int(app(given, standalone_mode=False) or 0)
    except Exception as error:
        if "--debug" in ours:
            raise
        return _say(error, json="--json" in ours)


def _print_what_the_terminal_can() -> None:
    """Text that the terminal's encoding lacks is replaced; it is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _say(error: Exception, *, json: bool) -> int:
    """Print an error, once, and return the exit code that belongs to it."""
    from labwright.cli import terminal

    told, exit_code = _told(error)
    if json:
        terminal.say_json({"error": told.as_dict()})
    elif told is error:
        terminal.say_error(told)
    elif told.found:  # `labwright` alone has shown its help and says no more
        terminal.say_fault(told.found, told.fix)
    return exit_code


def _told(error: Exception) -> tuple[LabwrightError, int]:
    """The error in our own form, and its exit code."""
    match error:
        case RunError():
            return error, STOPPED if error.status == "interrupted" else 3
        case CheckError():
            return error, 4
        case LabwrightError():
            return error, 1
        case TyperException():
            return UsageError(error.format_message()), 2
        case OSError():
            return FileError(str(error)), 1
        case _:
            return Fault(f"{type(error).__name__}: {error}"), FAULT


class UsageError(LabwrightError):
    """The command line is not one of those that --help describes."""

    code = "usage"

    def __init__(self, found: str) -> None:
        fix = (
            "`labwright --help` lists the commands; options of train.py stand after --"
        )
        super().__init__("a command line as --help describes it", found, fix)


class FileError(LabwrightError):
    """The system refused to read or write a file: permissions, a full disk."""

    code = "file"

    def __init__(self, found: str) -> None:
        fix = "Check its permissions and the space on its disk."
        super().__init__("a file that can be read and written", found, fix)


class Fault(LabwrightError):
    """An error in Labwright itself."""

    code = "fault"

    def __init__(self, found: str) -> None:
        fix = "This is a fault in Labwright. --debug shows where; please report it."
        super().__init__("no error but those that Labwright explains", found, fix)
