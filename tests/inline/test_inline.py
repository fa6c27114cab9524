"""Recipes become self-contained files that need no formatter."""

import ast
import json
import subprocess
import sys
from textwrap import dedent

import pytest

from labwright.inline import Module, inline
from labwright.plan.decisions import PartName

ANIMALS = '''
"""Animals."""

import math
import re

import numpy as np

from labwright.parts.legs import count_legs

# How many of them stay at home.
HOME = 2  # animals
WILD = 3

TABLE = {"cat": 4}


def unused() -> str:
    """Not moved, and with it `re` is not imported."""
    return re.escape("a")


# Comments right above belong to a definition.
@np.vectorize
def cat(seed: int) -> float:
    """Uses a constant and another part."""
    return math.sqrt(count_legs(HOME + WILD)) + seed


def dog(seed: int) -> float:
    """Stands for `cat`."""
    return float(seed)
'''

LEGS = '''
"""Legs."""


def count_legs(animals: int) -> int:
    """Four for each."""
    local = PAIRS
    return 2 * local * animals


PAIRS = 2
'''

RECIPE = '''
"""Counts cats."""

from pathlib import Path

import polars as pl

from labwright.base_model import BaseTransformer
from labwright.parts.animals import cat
from labwright.recipes.table.dataloader import SEED, get_dataloaders

DATA = Path(__file__).parent

# Names of all cats.
NAMES: list[str] = ["Tom"]  # best first
SHARE = 0.5  # of all cats

# ---- count ---------------------------------------------------------------------------


def count() -> pl.Series:
    """As many as there are."""
    dog_like = cat(SEED)
    return pl.Series([dog_like, BaseTransformer, get_dataloaders, DATA, NAMES, SHARE])


if __name__ == "__main__":
    count()
'''


def module(name: str, source: str) -> Module:
    return Module(name, source.lstrip())


PARTS = {
    name: module(name, source)
    for name, source in {
        "labwright.parts.animals": ANIMALS,
        "labwright.parts.legs": LEGS,
    }.items()
}


def emit(source=RECIPE, values=None, names=None) -> str:
    return inline(module("recipe", dedent(source)), values or {}, names or {}, PARTS)


@pytest.fixture
def assert_clean(tmp_path):
    """That ruff's defaults leave a source untouched, from whatever folder it is run."""

    def check(source: str) -> None:
        folder = tmp_path / "experiment"
        folder.mkdir(exist_ok=True)
        (folder / "train.py").write_text(source)
        for sibling in ("dataloader.py", "model.py"):
            (folder / sibling).touch()
        for start in (folder, tmp_path):
            for command in ("check", "format --check"):
                call = [sys.executable, "-m", "ruff", *command.split()]
                call += ["--isolated", "--no-cache", folder]
                done = subprocess.run(
                    call, cwd=start, capture_output=True, text=True, check=False
                )
                assert done.returncode == 0, done.stdout + done.stderr

    return check


def test_emitted_text_in_full(assert_clean):
    emitted = emit(values={"NAMES": ["Felix", "Garfield"], "WILD": 5, "OTHER": 1})
    assert emitted == (
        '''
"""Counts cats."""

import math
from pathlib import Path

import numpy as np
import polars as pl

# isort: split
from dataloader import SEED, get_dataloaders
from model import BaseTransformer

DATA = Path(__file__).parent

# Names of all cats.
NAMES: list[str] = ["Felix", "Garfield"]  # best first
SHARE = 0.5  # of all cats

# ---- legs ----------------------------------------------------------------------------


def count_legs(animals: int) -> int:
    """Four for each."""
    local = PAIRS
    return 2 * local * animals


PAIRS = 2


# ---- animals -------------------------------------------------------------------------

# How many of them stay at home.
HOME = 2  # animals
WILD = 5


# Comments right above belong to a definition.
@np.vectorize
def cat(seed: int) -> float:
    """Uses a constant and another part."""
    return math.sqrt(count_legs(HOME + WILD)) + seed


# ---- count ---------------------------------------------------------------------------


def count() -> pl.Series:
    """As many as there are."""
    dog_like = cat(SEED)
    return pl.Series([dog_like, BaseTransformer, get_dataloaders, DATA, NAMES, SHARE])


if __name__ == "__main__":
    count()
'''.lstrip()
    )
    assert_clean(emitted)


def test_another_part_takes_the_place_of_the_one_that_is_named(assert_clean):
    emitted = emit(names={"cat": "dog"})
    assert "    dog_like = dog(SEED)\n" in emitted
    assert "def dog(" in emitted
    for gone in ("cat(", "count_legs", "import math", "import numpy", "HOME"):
        assert gone not in emitted
    assert_clean(emitted)


def test_a_long_value_is_laid_out_and_keeps_the_comments_around_it(assert_clean):
    names = [f"a cat of the name of {i}" for i in range(5)]
    emitted = emit(values={"NAMES": names})
    assert "# Names of all cats.\nNAMES: list[str] = [\n" in emitted
    assert "]  # best first\nSHARE = 0.5  # of all cats\n" in emitted
    assert_clean(emitted)


CHOICES = '''
"""Calls an animal by its name."""

from collections.abc import Callable

from labwright.parts.animals import cat


def call(name: str) -> float:
    """What it says."""
    return ANIMALS[name](1)


Animal = Callable[[int], float]
ANIMALS: dict[str, Animal] = {"cat": cat}
'''


def test_a_constant_may_list_parts_and_brings_those_that_it_lists(assert_clean):
    emitted = emit(CHOICES, {"ANIMALS": {"d": PartName("dog"), "e": PartName("dog")}})
    assert 'ANIMALS: dict[str, Animal] = {"d": dog, "e": dog}\n' in emitted
    assert emitted.count("def dog(") == 1
    assert "def cat(" not in emitted
    assert_clean(emitted)
    both = {"cat": PartName("cat"), "dog": PartName("dog")}
    emitted = emit(CHOICES, {"ANIMALS": both})
    assert "def cat(" in emitted and "def dog(" in emitted and "count_legs" in emitted
    assert_clean(emitted)


def test_a_name_of_a_part_is_a_name_and_never_text():
    with pytest.raises(AssertionError, match="no part is named"):
        emit(CHOICES, {"ANIMALS": {"x": PartName("print('hm')")}})
    assert json.loads(json.dumps({"x": PartName("dog")})) == {"x": "dog"}


def test_only_simple_assignments_are_filled():
    emitted = emit(values={"dog_like": 1, "DATA": "x", "SEED": 3})
    assert "DATA = 'x'" not in emitted
    assert 'DATA = "x"' in emitted  # it is one; the plan has no such value
    assert "dog_like = cat(SEED)" in emitted
    assert "SEED = " not in emitted


def test_a_recipe_without_constants_or_parts(assert_clean):
    emitted = emit(
        '''
        """Nothing to do."""

        import json


        def dump() -> str:
            """Text with ÄÖÜ, so that columns and bytes differ: \u00e4."""
            return "ü" + json.dumps({})
        '''
    )
    assert emitted.endswith("json.dumps({})\n")
    assert_clean(emitted)


def test_parts_without_constants_stand_below_the_imports(assert_clean):
    emitted = emit(
        '''
        """One part."""

        from labwright.parts.animals import dog


        def run() -> float:
            """A dog, behind text that is longer in bytes."""
            return len("ü") + dog(1)
        '''
    )
    assert emitted.index("# ---- animals") < emitted.index("def run")
    assert "dog(1)" in emitted
    assert_clean(emitted)


def test_names_of_a_sibling_follow_the_plan(assert_clean):
    emitted = emit(
        '''
        """Uses what dataloader.py has."""

        from labwright.recipes.table.dataloader import cat


        def run() -> float:
            """By the chosen name."""
            return cat(1)
        ''',
        names={"cat": "dog"},
    )
    assert "from dataloader import dog\n" in emitted
    assert "return dog(1)" in emitted
    assert_clean(emitted)


def test_a_chosen_name_that_the_recipe_uses_for_something_else_is_our_mistake():
    source = RECIPE.replace("dog_like", "dog")
    with pytest.raises(AssertionError, match="dog"):
        emit(source, names={"cat": "dog"})


def test_a_name_that_no_part_has_is_our_mistake():
    with pytest.raises(AssertionError, match="cow"):
        emit(names={"cat": "cow"})


def test_values_change_nothing_but_the_literal():
    tree = ast.parse(emit())
    other = ast.parse(emit(values={"NAMES": ['"]; import os\n#', "\u202e"]}))
    differing = [
        (a, b)
        for a, b in zip(tree.body, other.body, strict=True)
        if ast.dump(a) != ast.dump(b)
    ]
    assert [ast.unparse(a.target) for a, _ in differing] == ["NAMES"]


def test_a_part_that_is_a_file_of_its_own_is_imported_and_not_moved():
    parts = {
        "labwright.parts.files.net": Module(
            "labwright.parts.files.net", '"""Net."""\n'
        ),
        "labwright.parts.get": Module(
            "labwright.parts.get",
            '"""Get."""\n\nfrom labwright.parts.files.net import load\n\n\n'
            "def get() -> int:\n    return load()\n",
        ),
    }
    recipe = Module(
        "r",
        '"""R."""\n\nfrom labwright.parts.get import get\n\n\n'
        "def run() -> int:\n    return get()\n",
    )
    text = inline(recipe, {}, {}, parts)
    assert "\nfrom net import load\n" in text
    assert "def load" not in text
    assert "def get() -> int:" in text
