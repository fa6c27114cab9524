"""What is emitted for a recipe's example is what was last read in review."""

import pytest

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
