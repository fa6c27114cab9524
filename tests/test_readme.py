"""The README's blocks are run, in its order, in a workspace like that of a clone."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
# A README shows commands as people type them; a test need not train to the end.
SHORT = {"run": ["--", "--epochs", "1"], "generate": ["--no-check"]}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workspace")
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


def run(command: str, workspace: Path) -> str:
    name, *arguments = command.split()
    assert name == "labwright", f"README shows a command that is not ours: {command}"
    program = Path(sys.executable).with_name(name)
    ended = subprocess.run(
        [program, *arguments, *SHORT.get(arguments[0], [])],
        cwd=workspace,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_every_block_runs(workspace):
    kinds = [kind for kind, _ in BLOCKS]
    assert (
        {"console", "json", "python"}
        <= set(kinds)
        <= {"console", "json", "python", "text"}
    )
    for kind, text in BLOCKS:
        if kind == "console":
            for line in text.splitlines():
                assert line.startswith("$ ")
                run(line.removeprefix("$ "), workspace)
        elif kind == "json":
            json.loads(text)
            (workspace / "experiments" / "next_task.json").write_text(text)
        elif kind == "python":
            subprocess.run([sys.executable, "-c", text], cwd=workspace, check=True)


def test_every_file_that_it_links_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_its_table_names_the_files_of_an_experiment():
    golden = {
        path.name
        for path in (ROOT / "tests/golden/table").iterdir()
        if path.suffix == ".py"
    }
    table = README.split("## The experiment")[1].split("## What you can trust")[0]
    named = set(re.findall(r"`([a-z_]+\.py)`", table)) - {"base_model.py"}
    assert named == golden
