"""Texts that were mistaken: quoted as text, whatever they hold."""

from labwright.report.markup import render
from labwright.report.read import RunFiles
from labwright.report.texts import texts

LENGTHS = [{"from": 1, "to": 9, "rows": 5, "right": 0.8}]
ERRORS = [{"from": 1, "to": 9, "rows": 5, "distance": 0.1}]


def page(examples) -> str:
    found = texts(RunFiles({}, {}, None, None, examples))
    return render(found) if found else ""


def test_a_text_is_shown_as_it_is_and_never_as_markup():
    mistaken = {"row": 3, "truth": "a", "prediction": "b", "probability": 0.9}
    shown = page({"texts": [mistaken | {"text": "<b>hi</b>"}], "lengths": LENGTHS})
    assert "&lt;b&gt;hi" in shown and "<b>hi" not in shown
    assert "90" in shown and "Share read right" in shown


def test_numbers_have_errors_and_runs_without_examples_no_section():
    shown = page({"texts": [], "lengths": ERRORS})
    assert "Mean error" in shown and "Not one text" in shown
    assert page({}) == ""
