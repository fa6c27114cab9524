"""Help and documentation say what there is."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main

from labwright.cli import app
from labwright.errors import LabwrightError

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS: dict[str, Any] = vars(typer.main.get_command(app))["commands"]


def test_without_arguments_help_is_shown(labwright: Any) -> None:
    code, out, err = labwright()
    assert code == 2
    assert "generate" in out + err
    assert "Error" not in out + err


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples(labwright: Any, name: str) -> None:
    code, out, _ = labwright(name, "--help")
    assert code == 0
    assert f"Example: labwright {name}" in out
    assert max(map(len, out.splitlines())) <= 80


def test_documentation_lists_the_commands_in_their_order() -> None:
    text = (DOCS / "cli.md").read_text("utf-8")
    assert re.findall(r"^\| \[`([a-z-]+)`\]", text, re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_documentation_lists_the_options_of(name: str) -> None:
    text = (DOCS / "cli.md").read_text("utf-8")
    section = re.split(
        r"^## ", text.partition(f"\n## {name}\n")[2], flags=re.MULTILINE
    )[0]
    listed = {
        option
        for line in section.splitlines()
        if line.startswith("- ")
        for option in re.findall(r"(?<![\w-])--[a-z-]+", line.split("`; rep")[0])
    }
    known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert listed == {option for option in known if option.startswith("--")} - {
        "--help"
    }


def test_documentation_lists_every_error_code() -> None:
    text = (DOCS / "cli.md").read_text("utf-8")

    def codes(error: type[LabwrightError]) -> set[str]:
        return {error.code}.union(*map(codes, error.__subclasses__()))

    for code in codes(LabwrightError) - {"error"}:
        assert f"`{code}`" in text, code


def test_help_imports_nothing_that_is_slow() -> None:
    program = (
        "import sys\n"
        "from labwright.cli import main\n"
        "main(['--help'])\n"
        "slow = {'torch', 'pytorch_lightning', 'sklearn', 'datasets', 'polars', 'numpy',"
        " 'pydantic', 'requests'}\n"
        "assert not slow & set(sys.modules), slow & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
