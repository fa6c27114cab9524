"""The command line: the only place that prints and that sets exit codes.

What is slow to import is imported by the command that needs it, so that `--help` is quick.
"""

import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper

import typer

from labwright.cli import clean, experiments, generate, workspace
from labwright.cli.failures import told

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
    clean.clean: (
        "clean",
        ("labwright clean", "labwright clean penguin --yes", "labwright clean --json"),
    ),
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

    known, exit_code = told(error)
    if json:
        terminal.say_json({"error": known.as_dict()})
    elif known.found:  # `labwright` alone has shown its help and says no more
        terminal.say_error(known)
    return exit_code
