"""A safe name is one folder's name, whatever the text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labwright.task.safe_name import safe_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("penguin_species", "penguin_species"),
        ("Penguin species, 2nd try!", "Penguin_species_2nd_try"),
        ("../../etc/passwd", "etc_passwd"),
        ("Müllers Café", "Mullers_Cafe"),
        ("企鹅", "task"),
        ("..", "task"),
        ("", "task"),
        ("CON", "task_CON"),
        ("-rf", "rf"),
    ],
)
def test_names(text, name):
    assert safe_name(text) == name


@settings(deadline=None)
@given(st.text())
def test_any_text(text):
    name = safe_name(text)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,64}", name)
    assert safe_name(name) == name
