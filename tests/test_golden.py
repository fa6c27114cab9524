"""What is emitted for a recipe's example is what was last read in review."""

import json
from collections import Counter

import pytest

from labwright.inline import Module
from tests.regenerate_golden import GOLDEN, OTHERS, RECIPES, render_example

AGAIN = "python -m tests.regenerate_golden, then read the difference"


@pytest.mark.parametrize("recipe", [*RECIPES, *OTHERS])
def test_emitted_files_are_the_golden_ones(recipe):
    rendered = render_example(recipe)
    golden = {path.name: path.read_bytes() for path in (GOLDEN / recipe).iterdir()}
    assert rendered.keys() == golden.keys(), AGAIN
    for name, content in rendered.items():
        if name == "requirements.txt":  # versions are those of the machine
            assert packages(content) == packages(golden[name]), AGAIN
        else:
            assert content.decode() == golden[name].decode(), f"{name}: {AGAIN}"


def packages(requirements: bytes) -> list[bytes]:
    return [line.partition(b"==")[0] for line in requirements.splitlines()]


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_constant_of_the_plan_means_one_thing(recipe):
    """It is filled wherever it is defined, in parts as well; only SEED is meant twice."""
    plan = json.loads((GOLDEN / recipe / "plan.json").read_text())
    defined = Counter(
        name
        for path in (GOLDEN / recipe).glob("*.py")
        for name, definition in Module("", path.read_text()).definitions.items()
        if definition.is_constant
    )
    assert {name for name in plan["constants"] if defined[name] > 1} <= {"SEED"}
