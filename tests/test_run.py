"""A run is started, followed and read, however it ends. train.py is a small one here."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labwright.errors import RunError
from labwright.run import run
from tests.finished_runs import results, write_run

TRAIN = """
import json, os, pathlib, signal, sys, time
here = pathlib.Path(__file__).parent

def write(**changes):
    results = json.loads((here / "template.json").read_text()) | changes
    run = here / "runs" / results["run"]
    run.mkdir(parents=True, exist_ok=True)
    (run / "results.json").write_text(json.dumps(results))
    (here / "results.json").write_text(json.dumps(results))

def stopped(number, frame):
    failure = {"stage": "fit", "error": "stopped by " + signal.Signals(number).name, "what_to_do": "Run it again."}
    write(status="interrupted", failure=failure)
    sys.exit(1)

signal.signal(signal.SIGTERM, stopped)
signal.signal(signal.SIGINT, stopped)
match sys.argv[1:]:
    case ["--help"]:
        print("usage: train.py")
    case ["--wrong"]:
        sys.exit(2)
    case ["--fail"]:
        write(status="failed", failure={"stage": "fit", "error": "boom", "what_to_do": "Lower it."})
        sys.exit(1)
    case ["--killed"]:
        write(status="running", training=None, run="002")
        os.kill(os.getpid(), signal.SIGKILL)
    case ["--wait"]:
        (here / "waiting").touch()
        time.sleep(60)
    case options:
        print("val: 0.98")
        write(options={"given": options}, run="002")
"""


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    folder = tmp_path / "20260101_000000_penguins"
    done = results(
        targets=["species"], classes=["a", "b"], figures=(0.98, 0.96, 0.9, 1)
    )
    write_run(folder, done)
    (folder / "train.py").write_text(TRAIN)
    (folder / "template.json").write_text(json.dumps(done))
    return folder


def test_results_are_read_and_the_report_drawn(experiment: Path) -> None:
    found = run(experiment, ["--epochs", "3"])
    assert found["options"] == {"given": ["--epochs", "3"]}
    assert (experiment / "runs" / "002" / "report.html").is_file()


def test_output_goes_where_it_is_told(experiment: Path, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log:
        run(experiment, output=log)
    assert (tmp_path / "log").read_text() == "val: 0.98\n"


def test_failure_carries_stage_error_and_what_to_do(experiment: Path) -> None:
    with pytest.raises(RunError) as caught:
        run(experiment, ["--fail"])
    error = caught.value
    assert (error.stage, error.error, error.fix) == ("fit", "boom", "Lower it.")
    assert error.as_dict()["status"] == "failed"
    assert "This run failed" in (experiment / "runs/001/report.html").read_text()


def test_end_without_results_does_not_pass_for_an_earlier_run(experiment: Path) -> None:
    with pytest.raises(RunError, match="status 2 before it wrote"):
        run(experiment, ["--wrong"])


def test_kill_is_written_down_for_a_train_that_cannot(experiment: Path) -> None:
    with pytest.raises(RunError, match="ended by signal SIGKILL") as caught:
        run(experiment, ["--killed"])
    assert caught.value.status == "interrupted"
    for folder in (experiment, experiment / "runs" / "002"):
        found = json.loads((folder / "results.json").read_text())
        assert found["status"] == "interrupted"
        assert "SIGKILL" in found["failure"]["error"]


def test_help_of_train_is_no_failure(experiment: Path) -> None:
    assert run(experiment, ["--help"]) == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_reaches_train_and_its_status_is_told(
    experiment: Path, number: signal.Signals
) -> None:
    program = (
        "import pathlib, sys\n"
        "from labwright.errors import RunError\n"
        "from labwright.run import run\n"
        "try:\n"
        "    run(pathlib.Path(sys.argv[1]), ['--wait'])\n"
        "except RunError as error:\n"
        "    print(error.status, error.error)\n"
    )
    command = [sys.executable, "-c", program, str(experiment)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    while not (experiment / "waiting").exists() and process.poll() is None:
        time.sleep(0.02)
    os.kill(process.pid, number)
    out, _ = process.communicate(timeout=30)
    assert out == f"interrupted stopped by {number.name}\n"
