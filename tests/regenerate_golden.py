"""Write the golden folders anew: python -m tests.regenerate_golden

A golden folder is what `labwright generate` writes for the tiny example of a recipe, so
that a change of emitted code is read in review. tests/test_golden.py compares.
"""

import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

from labwright.generate import Request, decided, ignore
from labwright.write import render

GOLDEN = Path(__file__).parent / "golden"
RECIPES = ("table",)


def render_example(recipe: str) -> dict[str, bytes]:
    """The files of the experiment on a recipe's example."""
    example = Path(str(files("labwright.recipes").joinpath(recipe)))
    with tempfile.TemporaryDirectory() as folder:
        experiments = Path(folder) / "experiments"
        experiments.mkdir()
        shutil.copy(example / "example.csv", folder)
        given = (GOLDEN / f"{recipe}.json").read_bytes()
        (experiments / "next_task.json").write_bytes(given)
        with decided(Request(experiments), ignore) as (plan, acquired):
            return render(plan, acquired, given=given)


def regenerate(recipe: str) -> None:
    """Replace a recipe's golden folder."""
    contents = render_example(recipe)
    folder = GOLDEN / recipe
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    for recipe in RECIPES:
        regenerate(recipe)
