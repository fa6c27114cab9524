"""What the literal writer prints is what ruff would print, and reads back the same."""

import ast
import json
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labwright.inline.literal import assignment, literal, width

RUFF = [sys.executable, "-m", "ruff"]

text = st.text(max_size=100) | st.text(alphabet="ab \"'\\\n{}#é", max_size=100)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(min_value=0)
    | st.floats(min_value=0, allow_infinity=False)
    | text
)
items = scalars | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = scalars | st.recursive(
    items,
    lambda inner: (
        st.lists(inner, max_size=8)
        | st.lists(inner, max_size=8).map(tuple)
        | st.dictionaries(text | st.integers(), inner, max_size=8)
    ),
    max_leaves=30,
)
heads = st.sampled_from(["N", "CLASSES", "A_NAME_OF_CONSIDERABLE_LENGTH"])
annotations = st.sampled_from(["", ": str", ": str | None", ": list[str]"])
comments = st.integers(0, 30).map(lambda length: "# " + "c" * length if length else "")


def ruff_format(source: str) -> str:
    command = [*RUFF, "format", "--isolated", "-"]
    done = subprocess.run(
        command, input=source.encode(), capture_output=True, check=True
    )
    return done.stdout.decode()


def has_room(head: str, value: object, comment: str) -> bool:
    """Whether it is one of the lines that recipes leave room for."""
    return bool(value) or value in (None, False) or len(head + comment) <= 80


@settings(
    max_examples=4,  # each is one call of ruff with many literals
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking so many would take minutes
    suppress_health_check=list(HealthCheck),
)
@given(
    st.lists(st.tuples(heads, annotations, values, comments), min_size=50, max_size=80)
)
def test_assignments_are_formatted_as_ruff_would(rows):
    lines = []
    for i, (name, annotation, value, comment) in enumerate(rows):
        head = f"{name}_{i}{annotation} = "
        if has_room(head, value, comment):
            lines.append(assignment(head, value, comment))
    source = "\n".join(lines) + "\n"
    assert ruff_format(source) == source


@given(values)
def test_reads_back_as_the_same_value(value):
    for source in (literal(value), assignment("X = ", value)[4:]):
        back = ast.literal_eval(source)
        assert back == value
        assert repr(back) == repr(value)  # 1 is not True, 0.0 is not -0.0


@given(st.text())
def test_text_stays_on_its_line_and_shows_all_it_holds(value):
    source = literal(value)
    assert source.splitlines() == [source]
    assert source.isprintable()
    assert all(unicodedata.bidirectional(c) not in BIDI_CONTROLS for c in source)
    source.encode()  # lone surrogates are escaped


BIDI_CONTROLS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("plain", '"plain"'),
        ('say "no"', "'say \"no\"'"),
        ("it's", '"it\'s"'),
        ("a\\b", '"a\\\\b"'),
        ("\x07\u202e\ud800\U000e0001", r'"\x07\u202e\ud800\U000e0001"'),
        ("größe, 年齢, возраст", '"größe, 年齢, возраст"'),
        ((1,), "(1,)"),
        ({"a": [1.5, None, True]}, '{"a": [1.5, None, True]}'),
        (1e16, "1e16"),
        (3e-4, "0.0003"),
        (-1, "-1"),
    ],
)
def test_examples(value, source):
    assert literal(value) == source


def test_long_values_are_laid_out_one_item_a_line():
    value = {"first": ["a" * 40, "b" * 40], "second": []}
    assert assignment("FILES = ", value, "# path and sha256") == (
        "FILES = {\n"
        '    "first": [\n'
        f'        "{"a" * 40}",\n'
        f'        "{"b" * 40}",\n'
        "    ],\n"
        '    "second": [],\n'
        "}  # path and sha256"
    )


def test_a_long_text_gets_parentheses_only_where_they_help():
    assert assignment("SOURCE = ", "a" * 80) == f'SOURCE = (\n    "{"a" * 80}"\n)'
    assert assignment("SOURCE = ", "a" * 90) == f'SOURCE = "{"a" * 90}"'


@pytest.mark.parametrize(
    "value", [np.float64(1), np.int64(1), Path("a"), {1}, float("nan"), float("inf")]
)
def test_anything_but_plain_data_is_a_mistake(value):
    with pytest.raises(AssertionError):
        literal([value])


def test_width_agrees_with_ruff_on_every_character_that_is_written_as_itself(tmp_path):
    # 30 of each character in a line that is too long, so that ruff says how long it is
    characters = [
        chr(code)
        for code in range(0x20, 0x110000)
        if literal(chr(code))[1:-1] == chr(code)
    ]
    assert len(characters) > 90_000
    lines = [f'X = "{"a" * 100}{character * 30}"' for character in characters]
    source = tmp_path / "characters.py"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [*RUFF, "check", "--isolated", "--no-cache", "--select", "E501"]
    answer = subprocess.run(
        [*command, "--output-format", "json", source], capture_output=True, check=False
    )
    measured = [
        int(re.search(r"\((\d+) > ", found["message"])[1])
        for found in json.loads(answer.stdout)
    ]
    assert measured == [width(line) for line in lines]
