"""The wheel has all that generate needs: recipes and parts are read from it as text."""

import json
import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = """
import sys, labwright
from labwright.cli import main
print(labwright.__file__, file=sys.stderr)
sys.exit(main(["generate", "--no-check", "--json"]))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder into which nothing but the wheel was installed."""
    base = tmp_path_factory.mktemp("wheel")
    copy = base / "source"
    for name in ("src", "pyproject.toml", "README.md", "LICENSE"):
        place = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        place(ROOT / name, copy / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", base]
    subprocess.run(build, cwd=copy, check=True, capture_output=True)
    (wheel,) = base.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index"]
    command = [*install, "--target", base / "site", wheel]
    subprocess.run(command, check=True, capture_output=True)
    return base / "site"


def test_generate_works_from_an_installed_wheel(site, tmp_path):
    example = files("labwright").joinpath("recipes/table/example.csv").read_bytes()
    (tmp_path / "penguins.csv").write_bytes(example)
    (tmp_path / "experiments").mkdir()
    task = {"output_description": "species", "data_sources": ["./penguins.csv"]}
    (tmp_path / "experiments/next_task.json").write_text(json.dumps(task))
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert str(site) in ended.stderr
    (made,) = tmp_path.glob("experiments/*_penguins")
    golden = ROOT / "tests/golden/table"
    names = {path.name for path in golden.glob("*.py")}
    assert {path.name for path in made.glob("*.py")} == names
    assert (made / "model.py").read_bytes() == (golden / "model.py").read_bytes()
