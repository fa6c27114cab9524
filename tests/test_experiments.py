"""Experiments and runs are found, compared, and broken ones shown as such."""

import json
from pathlib import Path

import pytest

from labwright.errors import ExperimentError
from labwright.experiments import (
    compare,
    find_experiment,
    find_run,
    read_experiment,
    summarize,
)
from tests.at_work import at_work
from tests.finished_runs import results, write_run


@pytest.fixture
def experiments(tmp_path: Path) -> Path:
    folder = tmp_path / "experiments"
    done = results(
        targets=["species"], classes=["a", "b"], figures=(0.98, 0.96, 0.9, 1)
    )
    write_run(folder / "20260101_000000_penguins", done)
    write_run(folder / "20260101_000000_penguins", done | {"run": "002"})
    write_run(folder / "20260202_000000_wine", done)
    return folder


def test_newest_experiment_is_meant_when_none_is_named(experiments: Path) -> None:
    assert find_experiment(experiments).name == "20260202_000000_wine"


@pytest.mark.parametrize("name", ["penguins", "20260101_000000_penguins", "20260101"])
def test_experiment_is_found_by_a_part_of_its_name(
    experiments: Path, name: str
) -> None:
    assert find_experiment(experiments, name).name == "20260101_000000_penguins"


def test_experiment_is_found_by_its_path(experiments: Path, tmp_path: Path) -> None:
    path = experiments / "20260101_000000_penguins"
    assert find_experiment(tmp_path / "elsewhere", str(path)) == path


def test_unknown_name_lists_what_there_is(experiments: Path) -> None:
    with pytest.raises(ExperimentError) as caught:
        find_experiment(experiments, "whales")
    assert caught.value.candidates == (
        "20260202_000000_wine",
        "20260101_000000_penguins",
    )


def test_latest_run_or_the_one_named(experiments: Path) -> None:
    assert find_run(experiments, "penguins").name == "002"
    named = "20260101_000000_penguins/runs/001"
    assert find_run(experiments, named) == experiments / named


def test_experiment_without_runs_says_how_to_train_it(experiments: Path) -> None:
    folder = experiments / "20260303_000000_new"
    folder.mkdir()
    for name in ("plan.json", "train.py", "dataloader.py"):
        (folder / name).write_text("{}")
    with pytest.raises(ExperimentError, match="labwright run 20260303_000000_new"):
        find_run(experiments)
    assert summarize(read_experiment(folder))[0]["status"] == "not run"


def test_line_of_a_run(experiments: Path) -> None:
    *_, line = compare(experiments)
    assert line["experiment"] == "20260202_000000_wine"
    assert (line["status"], line["metric"], line["test"]) == (
        "completed",
        "accuracy",
        0.96,
    )
    assert (line["baseline"], line["verdict"]) == ("gradient boosting", "ties")
    assert line["baseline_test"] == pytest.approx(0.912)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "results.json: no JSON"),
        ("[1]", "results.json: no object"),
        (None, "results.json: no such file"),
    ],
)
def test_broken_run_is_shown_beside_the_others(
    experiments: Path, text: str | None, problem: str
) -> None:
    broken = experiments / "20260101_000000_penguins" / "runs" / "003"
    broken.mkdir()
    if text is not None:
        (broken / "results.json").write_text(text)
    lines = compare(experiments)
    assert [line["status"] for line in lines].count("broken") == 1
    assert [line["problem"] for line in lines if line["status"] == "broken"] == [
        problem
    ]


def test_folder_that_is_no_experiment_is_shown_and_never_chosen(
    experiments: Path,
) -> None:
    (experiments / "20270101_000000_half").mkdir()
    (experiments / ".staging").mkdir()
    assert (
        compare(experiments)[-1]["problem"]
        == "no plan.json, no train.py, no dataloader.py"
    )
    assert len(compare(experiments)) == 4
    assert find_experiment(experiments).name == "20260202_000000_wine"


def test_run_whose_process_was_killed_is_not_running(experiments: Path) -> None:
    run = experiments / "20260202_000000_wine" / "runs" / "002"
    run.mkdir()
    text = json.dumps({"status": "running", "run": "002", "training": None})
    (run / "results.json").write_text(text)
    with at_work(run):
        line = compare(experiments)[-1]
        assert (line["status"], line["problem"]) == ("running", None)
    line = compare(experiments)[-1]
    assert line["status"] == "interrupted"
    assert "kill" in line["problem"]
    assert (run / "results.json").read_text() == text


def test_failed_run_shows_its_error(experiments: Path) -> None:
    run = experiments / "20260202_000000_wine" / "runs" / "002"
    run.mkdir()
    failure = {"stage": "fit", "error": "boom", "what_to_do": "rest"}
    failed = {"status": "failed", "run": "002", "metric": None, "failure": failure}
    (run / "results.json").write_text(json.dumps(failed))
    line = compare(experiments)[-1]
    assert (line["status"], line["problem"], line["metric"]) == ("failed", "boom", None)
