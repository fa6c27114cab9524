"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[
    bool,
    typer.Option("--json", metavar="", help="Print one JSON object, for programs."),
]
Debug = Annotated[
    bool, typer.Option("--debug", metavar="", help="Show the traceback of an error.")
]
Experiments = Annotated[
    Path,
    typer.Option("--experiments", metavar="DIR", help="The folder of all experiments."),
]
ExperimentName = Annotated[
    str | None,
    typer.Argument(
        metavar="EXPERIMENT",
        help="A path, a folder's name or a part of it. The newest if left out.",
        show_default=False,
    ),
]
EXPERIMENTS = Path("experiments")
