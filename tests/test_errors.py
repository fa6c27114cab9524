"""Every error class: how a person meets it, what it says, and where it is explained."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from labwright import errors
from labwright.acquire.acquiring import disk_errors
from labwright.acquire.limits import check_size
from labwright.check import check
from labwright.cli.failures import FaultError, FileError, UsageError, told
from labwright.errors import LabwrightError, RunError
from labwright.experiments import read_json
from labwright.generate import Request, decide
from labwright.printable import UNPRINTABLE
from labwright.run import run
from labwright.task.read import read_task

DOCS = Path(__file__).parents[1] / "docs" / "errors.md"
FAMILIES = {
    "DataError",
    "TargetError",
}  # caught as such, and raised as one of their own
ROWS = "".join(f"{i},{i * 37 % 11},{'ab'[i % 2]}\n" for i in range(60))


def decided(folder: Path, table: str = f"id,x,class\n{ROWS}", **task: object) -> None:
    """Decide on a table of two usable columns, under the rest of a task."""
    experiments = folder / "experiments"
    experiments.mkdir()
    (folder / "table.csv").write_text(table)
    said = {"data_sources": "table.csv", "target": "class"} | task
    (experiments / "next_task.json").write_text(json.dumps(said))
    decide(Request(experiments, progress=False))


def several_tables(folder: Path) -> None:
    for name in "ab":
        (folder / f"{name}.csv").write_text(f"{name},class\n{ROWS}")
    decided(folder, data_sources=["a.csv", "b.csv", "table.csv"])


def unjoined(folder: Path) -> None:
    (folder / "other.csv").write_text("y,z\n" + "".join(f"{i}.5,w\n" for i in range(9)))
    sources = ["table.csv", {"identifier": "other.csv", "description": "more"}]
    decided(folder, data_sources=sources, preprocessing_hints="join the tables")


def two_targets(folder: Path) -> None:
    header = "id,price usd,price eur\n"
    decided(folder, header + ROWS, target=None, output_description="the price")


def not_there(folder: Path) -> None:
    with disk_errors():
        (folder / "absent").read_bytes()


def forbidden(folder: Path) -> None:
    with disk_errors():
        raise PermissionError(13, "Permission denied", "table.csv")


def own_model(folder: Path) -> None:
    (folder / "base_model.py").write_text("class Other: ...\n")
    decided(folder)


def failing_check(folder: Path) -> None:
    (folder / "check.py").write_text("raise SystemExit('all is lost')\n")
    check(folder)


def failing_run(folder: Path) -> None:
    for name in ("plan.json", "train.py", "dataloader.py"):
        (folder / name).write_text(
            "{}" if name == "plan.json" else "raise SystemExit(9)\n"
        )
    run(folder, [])


# How a person meets each of them, and words of what it says.
MET: dict[str, tuple[Callable[[Path], object], str]] = {
    "task": (
        lambda f: decided(f, seed=-1),
        "a number of at least 0 for seed; found -1",
    ),
    "task-file": (lambda f: read_task(f / "x.json"), "no such file. Make one"),
    "unknown-metric": (lambda f: decided(f, evaluation_metric="blue"), "metric"),
    "task-type": (lambda f: decided(f, task_type="regression"), "numbers in `class`"),
    "source": (not_there, "No such file"),
    "source-not-found": (lambda f: decided(f, data_sources="x.csv"), "found none; "),
    "source-access": (forbidden, "Permission denied"),
    "source-download": (
        lambda f: decided(f, data_sources="http://127.0.0.1:9/x.csv"),
        "127.0.0.1",
    ),
    "source-changed": (
        lambda f: decided(
            f, data_sources={"identifier": "table.csv", "sha256": "0" * 64}
        ),
        f"a file with sha256 {'0' * 64}; found",
    ),
    "source-too-large": (
        lambda f: check_size(2_000, 1_000, f, "the set"),
        "at most 1000 bytes from the set; found 2.0 KiB",
    ),
    "data-unreadable": (lambda f: decided(f, "<html></html>"), "an HTML page"),
    "data-several-tables": (several_tables, "table"),
    "data-join": (unjoined, "join"),
    "data-unusable": (
        lambda f: decided(f, "x,class\n" + "1,a\n" * 30),
        "at least two distinct values",
    ),
    "target-not-found": (lambda f: decided(f, target="nope"), "`nope`"),
    "target-ambiguous": (two_targets, "price"),
    "split": (lambda f: decided(f, split="official"), "official"),
    "base-model": (own_model, "class BaseTransformer in"),
    "check": (failing_check, "found all is lost. Run python check.py"),
    "experiment": (lambda f: read_json(f / "results.json"), "no such file"),
    "run": (failing_run, "train.py ended with status 9"),
}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.mark.parametrize("code", MET)
def test_what_each_error_says(tmp_path, code):
    meet, words = MET[code]
    with pytest.raises(LabwrightError) as raised:
        meet(tmp_path)
    error = raised.value
    assert error.code == code
    assert words in str(error)
    assert str(error) == f"expected {error.expected}; found {error.found}. {error.fix}"
    assert error.fix
    assert json.loads(json.dumps(error.as_dict()))["code"] == code


def every_class() -> list[type[LabwrightError]]:
    """The classes of errors.py and those that only the command line knows."""
    ours = [
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, LabwrightError)
    ]
    return [each for each in ours if each is not LabwrightError] + [
        UsageError,
        FileError,
        FaultError,
    ]


def test_every_class_has_a_code_of_its_own_and_is_met():
    classes = every_class()
    codes = {each.code: each.__name__ for each in classes}
    assert len(codes) == len(classes)
    met = {*MET, "usage", "file", "fault"}
    assert {name for code, name in codes.items() if code not in met} == FAMILIES


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (UsageError("no such option: --x"), "usage", "no such option"),
        (OSError(28, "No space left on device"), "file", "No space left"),
        (ZeroDivisionError("\x1b[31mred"), "fault", "\\x1b[31mred"),
    ],
)
def test_what_the_command_line_makes_of_others(error, code, words):
    known, _ = told(error)
    assert (known.code, words in known.found) == (code, True)


def test_the_docs_list_every_class_by_code():
    listed = re.findall(
        r"^\| `([a-z-]+)` \| `(\w+)` \|", DOCS.read_text("utf-8"), re.MULTILINE
    )
    assert listed == [(each.code, each.__name__) for each in every_class()]


def test_the_tree_in_the_docstring_has_every_class():
    drawn = re.findall(r"[├└]── (\w+)", errors.__doc__ or "")
    assert drawn == [each.__name__ for each in every_class()[:-3]]


def test_parts_can_be_printed_and_are_no_longer_than_a_paragraph():
    name = "\x1b[31m\u202e" + "x" * 10_000
    error = LabwrightError(
        f"a column {name}", "none\nof it", "Mend.", candidates=[name]
    )
    assert not UNPRINTABLE.search(str(error))
    assert "\\x1b[31m\\u202e" in error.expected
    assert len(error.expected) == errors.LONGEST
    assert error.found == "none of it"
    assert error.candidates == (name,)  # data, for a program, as it is
    assert len(LabwrightError("a", "b", "c", candidates=range(99)).candidates) == 20


def test_a_run_says_where_it_ended_and_how():
    error = RunError("fit", "the loss is NaN", "Lower it.", status="interrupted")
    assert str(error) == (
        "expected a run that completes; found interrupted at fit: the loss is NaN. Lower it."
    )
    assert error.as_dict()["stage"] == "fit"
