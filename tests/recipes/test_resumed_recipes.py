"""A run that was cut off and gone on with is the run that was not, for every recipe.

What is cut here is what is emitted for the examples: batches of rows of one length, what
is hidden or displaced in each epoch anew, and workers that load batches ahead.
"""

import re
import shutil
from pathlib import Path

import pytest
from tests.recipes import cutting
from tests.recipes.cutting import KilledError, assert_same, at_step, kill, terminate
from tests.recipes.experiment import Experiment
from tests.regenerate_golden import ENCODER, EXAMPLES, GOLDEN, OTHERS, RECIPES

one_thread = pytest.fixture(scope="module", autouse=True)(cutting.one_thread)

# Two validations in an epoch of some twenty steps, where an example has rows for that.
SMALL = {
    "MAX_ROWS": 120,
    "VALIDATE_AFTER": 40,
    "D_MODEL": 16,
    "NUM_LAYERS": 1,
    "BATCH_SIZE": 4,
    "MAX_EPOCHS": 3,
    "LEARNING_RATE": 3e-3,
    "DRAWS": 20,
    "MAX_TREES": 30,
}
AUGMENTED = ("image", "audio", "tags")


class Example(Experiment):
    """The experiment on an example, with few rows and a small model."""

    def __init__(self, workspace: Path, recipe: str, workers: int) -> None:
        self.folder = workspace / "experiments" / recipe
        shutil.copytree(GOLDEN / recipe, self.folder)
        (workspace / "examples").symlink_to(EXAMPLES)
        (workspace / "encoder").symlink_to(ENCODER)
        values = SMALL | {"NUM_WORKERS": workers}
        for path in self.folder.glob("*.py"):
            text = path.read_text()
            for name, value in values.items():
                line = rf"^({name}(?:: .+)?) = .*"
                text = re.sub(line, rf"\1 = {value}", text, flags=re.MULTILINE)
            path.write_text(text)


@pytest.mark.parametrize(
    ("recipe", "workers"),
    [(name, 0) for name in (*RECIPES, *OTHERS)] + [(name, 2) for name in AUGMENTED],
)
def test_every_recipe_goes_on_exactly(tmp_path, recipe, workers):
    """Within an epoch, after SIGTERM; then from a validation, after SIGKILL."""
    whole, parted = (
        Example(tmp_path / name, recipe, workers) for name in ("whole", "parted")
    )
    assert whole.train() == 0
    assert parted.train(prepare=at_step(0, 1, terminate)) == 143
    with pytest.raises(KilledError):
        parted.train(prepare=at_step(1, 4, kill))
    assert parted.train() == 0
    assert_same(parted, whole)
