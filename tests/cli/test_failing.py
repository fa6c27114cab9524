"""What the command line says where something is wrong."""

import json
import re
from pathlib import Path
from typing import Any

import pytest


def test_error_has_its_three_parts(labwright: Any) -> None:
    code, out, err = labwright("show", "whale")
    assert (code, out) == (1, "")
    for part in ("experiment", "expected", "found", "next", "20260101_000000_penguins"):
        assert part in err


def test_error_as_json_goes_to_standard_output(labwright: Any) -> None:
    code, out, err = labwright("show", "whale", "--json")
    error = json.loads(out)["error"]
    assert (code, err) == (1, "")
    assert error["code"] == "experiment"
    assert error["candidates"] == ["20260101_000000_penguins"]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["shw"], "Did you mean"),
        (["list", "--jsn"], "--jsn"),
        (["run", "--epochs", "3"], "train.py stand"),
        (["new"], "DATA"),
    ],
)
def test_wrong_command_line(labwright: Any, arguments: list[str], hint: str) -> None:
    code, _, err = labwright(*arguments)
    assert code == 2
    assert hint in err
    code, out, err = labwright(*arguments, "--json")
    assert code == 2
    assert json.loads(out)["error"]["code"] == "usage"


def test_unforeseen_error_is_called_a_fault_without_a_traceback(
    labwright: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(folder: Path) -> None:
        raise ZeroDivisionError("\x1b[31mred")

    monkeypatch.setattr("labwright.experiments.compare", fail)
    code, _, err = labwright("list")
    assert code == 70
    assert "ZeroDivisionError" in err
    assert "Traceback" not in err
    assert "\x1b[31m" not in err
    with pytest.raises(ZeroDivisionError):
        labwright("list", "--debug")


def test_text_of_others_is_neither_markup_nor_control(
    labwright: Any, experiments: Path
) -> None:
    plan = experiments / "20260101_000000_penguins" / "plan.json"
    evil = "[bold]x[/bold] [/] \x1b]0;title\x07 :smile: \u202e"
    decision = {"subject": "target", "choice": evil, "reason": evil, "change": evil}
    plan.write_text(json.dumps({"decisions": [decision], "warnings": [evil]}))
    code, out, _ = labwright("show")
    assert code == 0
    assert out.count("[bold]x[/bold]") >= 1
    assert ":smile:" in out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", out)
