"""Thousands of files: listed beside dataloader.py, which stays as short as ever."""

import ast
import json
import subprocess
import sys

import pytest

from labwright.generate import Request, generate
from labwright.write.files import emit_recipe
from labwright.write.many import MOST_LISTED
from tests.regenerate_golden import IN_PLACE
from tests.write.plans import make_plan

PARTS = {f"part-{i:04}.csv": f"{i:064x}" for i in range(2_000)}
VERSION = "import dataloader as d; print(len(d.FILES), len(d.TABLES), d.version())"


@pytest.mark.parametrize("recipe", IN_PLACE)
def test_two_thousand_files_of_every_recipe(recipe):
    lists = {"FILES": PARTS, "TABLES": [*PARTS]}
    emitted = emit_recipe(make_plan(recipe=recipe, constants=lists))
    assert len(emitted["dataloader.py"].splitlines()) <= 320
    assert "FILES, TABLES = listed_files()" in emitted["dataloader.py"]
    values = {
        ast.unparse(node.target): ast.literal_eval(node.value)
        for node in ast.parse(emitted["files.py"]).body
        if isinstance(node, ast.AnnAssign) and node.value
    }
    assert values == lists


def test_few_files_stand_in_the_dataloader():
    half = dict([*PARTS.items()][: MOST_LISTED // 2])
    emitted = emit_recipe(make_plan(constants={"FILES": half, "TABLES": [*half]}))
    assert "files.py" not in emitted


def test_an_experiment_of_many_files_and_an_edit_of_its_list(tmp_path):
    (tmp_path / "experiments").mkdir()
    (tmp_path / "data").mkdir()
    for k in range(30):
        rows = [f"{(k * 7 + i * 37) % 101},{'ab'[(i + k) % 2]}" for i in range(3)]
        text = "\n".join(["x,class", *rows])
        (tmp_path / "data" / f"{k:02}.csv").write_text(text)
    task = {"data_sources": "data/*.csv", "target": "class"}
    (tmp_path / "experiments" / "next_task.json").write_text(json.dumps(task))
    folder = generate(
        Request(tmp_path / "experiments", progress=False), checked=False
    ).folder

    def looked_at() -> list[str]:
        command = [sys.executable, "-B", "-c", VERSION]
        return subprocess.check_output(command, cwd=folder, text=True).split()

    before = looked_at()
    assert before[:2] == ["30", "30"]
    listed = folder / "files.py"
    start, tables, end = listed.read_text().partition("TABLES:")
    listed.write_text(start + tables + end.replace('    "29.csv",\n', ""))
    after = looked_at()
    assert after[:2] == ["30", "29"]
    assert after[2] != before[2]  # so that it is prepared anew
    for command in (["ruff", "check"], ["ruff", "format", "--check"]):
        subprocess.run([sys.executable, "-m", *command, "."], cwd=folder, check=True)
