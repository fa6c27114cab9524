"""Writing is all or nothing, and a function of what it is given."""

import json
import re
from datetime import datetime, timedelta

import pytest

from labwright.errors import BaseModelError
from labwright.write import render, write
from tests.write.plans import make_acquired, make_plan, make_task

NOON = datetime(2026, 11, 22, 12, 0, 0, 990_000)


@pytest.fixture
def experiments(tmp_path):
    folder = tmp_path / "experiments"
    folder.mkdir()
    return folder


@pytest.fixture
def acquired(experiments):
    return make_acquired(experiments / ".staging" / "key" / "data" / "raw")


def test_an_experiment_is_whole_and_named_by_time(experiments, acquired):
    given = b'{"name": "penguins"}'
    folder = write(make_plan(), acquired, experiments, given=given, now=lambda: NOON)
    assert folder == experiments / "20261122_120000_penguins"
    assert (folder / "data/raw/penguins.csv").is_file()
    assert (folder / "task.json").read_bytes() == given
    names = {path.name for path in folder.iterdir()}
    assert names >= {
        *("README.md", "plan.json", "requirements.txt", ".gitignore", "data"),
        *("dataloader.py", "model.py", "train.py", "check.py", "predict.py"),
    }


def test_it_is_checked_under_another_name(experiments, acquired):
    seen = []

    def check(folder):
        assert (folder / "dataloader.py").is_file()
        assert (folder / "data/raw/penguins.csv").is_file()
        assert [path.name for path in experiments.iterdir()] == [".staging"]
        seen.append(folder)

    folder = write(make_plan(), acquired, experiments, given=b"{}", check=check)
    assert seen
    assert folder not in seen
    assert not seen[0].exists()


def test_nothing_is_left_of_one_that_fails_its_check(experiments, acquired):
    def check(folder):
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        write(make_plan(), acquired, experiments, given=b"{}", check=check)
    left = {path.relative_to(experiments) for path in experiments.rglob("*.*")}
    assert {path.name for path in left} == {".staging", "penguins.csv"}
    assert (acquired.folder / "penguins.csv").is_file()


def test_a_name_that_is_taken_waits_for_the_next_second(experiments, acquired):
    taken = experiments / "20261122_120000_penguins"
    taken.mkdir()
    moments = iter([NOON, NOON + timedelta(seconds=1)])
    folder = write(
        make_plan(), acquired, experiments, given=b"{}", now=lambda: next(moments)
    )
    assert folder.name == "20261122_120001_penguins"
    assert list(taken.iterdir()) == []


def test_the_same_bytes_again_whatever_the_clock_says(experiments, acquired):
    first = render(make_plan(), acquired, given=b"{}")
    assert render(make_plan(), acquired, given=b"{}") == first
    folder = write(make_plan(), acquired, experiments, given=b"{}")
    assert {name: (folder / name).read_bytes() for name in first} == first


def test_the_plan_is_readable_data(acquired):
    plan = make_plan(warnings=("Few rows.",), predicts=("test.csv",))
    content = json.loads(render(plan, acquired, given=b"{}")["plan.json"])
    assert content["fingerprint"] == plan.fingerprint
    assert content["warnings"] == ["Few rows."]
    assert content["predicts"] == ["test.csv"]
    assert content["seed"] == 0
    assert content["constants"]["TARGETS"] == ["species"]
    assert content["decisions"][0] == {
        "subject": "target",
        "choice": "species",
        "reason": "The last column.",
        "change": '"target": "island"',
        "about": None,
    }


def test_text_that_has_no_encoding_is_escaped(acquired):
    plan = make_plan(task=make_task(description="\ud800"), warnings=("\udfff",))
    rendered = render(plan, acquired, given=b"{}")
    assert json.loads(rendered["plan.json"])["warnings"] == ["\udfff"]
    rendered["README.md"].decode()


def test_the_plan_holds_nothing_that_a_terminal_obeys(acquired):
    name = "a\x9b2J\u202e\u200b\n"
    plan = make_plan(constants={"TARGETS": [name]})
    written = render(plan, acquired, given=b"{}")["plan.json"].decode()
    assert "\\u009b2J\\u202e\\u200b\\n" in written
    assert json.loads(written)["constants"]["TARGETS"] == [name]


def test_requirements_pin_what_the_files_import(acquired):
    rendered = render(make_plan(), acquired, given=b"{}")
    lines = rendered["requirements.txt"].decode().splitlines()
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+==\d[\w.]*", line) for line in lines)
    names = {line.partition("==")[0] for line in lines}
    assert names >= {"numpy", "polars", "pytorch-lightning", "scikit-learn", "torch"}
    assert "kagglehub" not in names
    plan = make_plan(names={"fetch_local": "fetch_kaggle"})
    assert b"kagglehub==" in render(plan, acquired, given=b"{}")["requirements.txt"]


def test_a_base_model_of_the_workspace_is_copied_byte_for_byte(tmp_path, acquired):
    own = tmp_path / "base_model.py"
    own.write_bytes(b"import torch\r\n\r\nclass BaseTransformer:\r\n    pass\r\n")
    rendered = render(make_plan(), acquired, given=b"{}", base_model=own)
    assert rendered["model.py"] == own.read_bytes()


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (b"class BaseTransformer(:\n", "line 1"),
        (b"class Transformer:\n    pass\n", "Transformer"),
        (b"x = 1\n", "no class"),
        (b"\xff\xfe", "utf-8"),
        (None, "No such file"),
    ],
)
def test_what_is_no_base_model_is_said_so(tmp_path, acquired, source, found):
    own = tmp_path / "base_model.py"
    if source is not None:
        own.write_bytes(source)
    with pytest.raises(BaseModelError) as caught:
        render(make_plan(), acquired, given=b"{}", base_model=own)
    assert found in caught.value.found
