"""Bookkeeping: which run is gone on with, what is written, what signals do."""

import argparse
import json
import signal
import subprocess
import sys

import numpy as np
import pytest

from labwright.recipes.shared import runs, scoring, train


def options(**changed):
    known = {"seed": 0, "epochs": 3, "fresh": False, "fast_dev_run": False}
    return argparse.Namespace(**known | changed)


@pytest.fixture
def folder(tmp_path):
    for name in ("train.py", "model.py", "predict.py"):
        (tmp_path / name).write_text("x = 1\n")
    return tmp_path


def test_a_new_run_has_the_next_number(folder):
    first = runs.Results(folder, options())
    assert first.run.name == "001"
    first.write(status="completed")
    assert runs.Results(folder, options()).run.name == "002"
    (folder / "runs" / "009").mkdir()
    (folder / "runs" / "notes").mkdir()
    assert runs.Results(folder, options()).run.name == "010"


@pytest.mark.parametrize("status", ["running", "interrupted", "failed"])
def test_an_unfinished_run_is_gone_on_with(folder, status):
    runs.Results(folder, options()).write(status=status)
    assert runs.Results(folder, options()).run.name == "001"
    assert runs.Results(folder, options(fresh=True)).run.name == "002"
    assert runs.Results(folder, options(epochs=4)).run.name == "002"


def test_code_and_plan_belong_to_a_run_what_follows_training_does_not(folder):
    runs.Results(folder, options()).write()
    (folder / "predict.py").write_text("x = 2\n")
    assert runs.Results(folder, options()).run.name == "001"
    (folder / "plan.json").write_text("{}")
    assert runs.Results(folder, options()).run.name == "002"
    (folder / "plan.json").unlink()
    (folder / "model.py").write_text("x = 2\n")
    assert runs.Results(folder, options()).run.name == "002"


def test_only_the_latest_run_is_gone_on_with(folder):
    runs.Results(folder, options()).write(status="interrupted")
    runs.Results(folder, options(epochs=4)).write(status="completed")
    assert runs.Results(folder, options()).run.name == "003"


def test_results_are_plain_json_without_nan(folder):
    results = runs.Results(folder, options())
    results.write(
        metric={"val": np.float32(0.5), "test": float("nan")}, rows=[np.int64(1)]
    )
    read = json.loads((folder / "results.json").read_text())
    assert read["metric"] == {"val": 0.5, "test": None}
    assert read["rows"] == [1]
    assert read == json.loads((results.run / "results.json").read_text())
    assert {path.name for path in results.run.iterdir()} == {
        ".lock",
        "options.json",
        "results.json",
    }


HOLD = """
import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_run_in_which_another_process_works_is_left_alone(folder, capsys):
    runs.Results(folder, options()).write(status="running")
    before = (folder / "results.json").read_bytes()
    lock = str(folder / "runs" / "001" / ".lock")
    command = [sys.executable, "-c", HOLD, lock]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout.readline() == "held\n"
        second = runs.Results(folder, options())
        with second:
            second.claim()
        assert second.exit_code == 1
        said = capsys.readouterr().err
        assert "expected runs/001 to be free, found a train.py at work" in said
        assert "--fresh" in said
        assert (folder / "results.json").read_bytes() == before
        files = {path.name for path in second.run.iterdir()}
        assert files == {".lock", "options.json", "results.json"}
        other.kill()
    third = runs.Results(folder, options())
    third.claim()
    third.write(status="completed")
    assert runs.read_json(folder / "results.json")["run"] == "001"


def test_a_new_run_has_no_folder_until_it_is_written(folder):
    """By which all processes of a distributed run choose the same one."""
    results = runs.Results(folder, options())
    results.claim()
    assert not results.run.exists()


def test_a_run_is_not_gone_on_with_through_another_encoder(folder):
    old, new = (scoring.digest({"mean": [mean]}) for mean in (0.5, 0.6))
    first = runs.Results(folder, options())
    train.expect_same(first, old)
    first.write(status="interrupted", data={"encoder": old})
    again = runs.Results(folder, options())
    train.expect_same(again, old)
    with again:
        train.expect_same(again, new)
    failure = runs.read_json(folder / "results.json")["failure"]
    assert "--fresh" in failure["error"]
    with pytest.raises(ValueError, match="expected the data that runs/001"):
        train.expect_same(runs.Results(folder, options()), new)


def test_the_digest_of_an_encoder_has_no_order_and_no_last_bits():
    one = scoring.digest({"a": [0.1 + 0.2], "b": {"x": 1}})
    assert one == scoring.digest({"b": {"x": 1}, "a": [0.3]})
    assert one != scoring.digest({"b": {"x": 2}, "a": [0.3]})


@pytest.mark.parametrize("processes", [1, 2])
def test_the_device_counts_what_trained(monkeypatch, processes):
    monkeypatch.setattr(scoring.torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(scoring.torch.cuda, "get_device_name", lambda: "H")
    monkeypatch.setattr(scoring.torch.cuda, "device_count", lambda: 8)
    assert scoring.device_name(processes) == f"{processes} x H"


def test_seconds_and_start_of_a_resumed_run_go_on(folder):
    first = runs.Results(folder, options())
    first.clock -= 10
    first.write(status="interrupted")
    again = runs.Results(folder, options())
    again.write()
    assert again.content["seconds"] >= 10
    assert again.content["started"] == first.content["started"]


def test_a_failure_is_written_and_said(folder, capsys):
    results = runs.Results(folder, options())
    with results:
        results.stage = "training"
        raise ValueError("expected 1, found 2")
    assert results.exit_code == 1
    read = json.loads((folder / "results.json").read_text())
    assert read["status"] == "failed"
    assert read["failure"]["stage"] == "training"
    assert read["failure"]["error"] == "ValueError: expected 1, found 2"
    assert "Traceback" in (results.run / "error.txt").read_text()
    said = capsys.readouterr().err
    assert "expected 1, found 2" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("error", "stage", "words"),
    [
        (RuntimeError("CUDA out of memory. Tried"), "training", "--batch-size"),
        (ModuleNotFoundError("no x", name="x"), "data", "pip install x"),
        (ValueError("column"), "data", "dataloader.py"),
        (ValueError("loss"), "training", "new run"),
        (ValueError("figure"), "evaluation", "not repeated"),
    ],
)
def test_advice(error, stage, words):
    assert words in runs.advice(stage, error)


def test_a_development_run_writes_nothing(folder, capsys):
    before = sorted(folder.rglob("*"))
    results = runs.Results(folder, options(fast_dev_run=True))
    with results:
        results.write()
        raise ValueError("broken")
    assert results.exit_code == 1
    assert "broken" in capsys.readouterr().err
    assert sorted(folder.rglob("*")) == before


def test_signals_interrupt_at_once_unless_patient(folder):
    signals = runs.StopSignals()
    with pytest.raises(runs.InterruptedRunError) as caught:
        signals.receive(signal.SIGINT, None)
    assert caught.value.signal == signal.SIGINT
    patient = runs.StopSignals()
    patient.patient = True
    patient.receive(signal.SIGTERM, None)
    assert patient.number == signal.SIGTERM
    with pytest.raises(runs.InterruptedRunError):  # a second one means it
        patient.receive(signal.SIGTERM, None)
    results = runs.Results(folder, options())
    with results:
        raise runs.InterruptedRunError(signal.SIGINT)
    assert results.exit_code == 130
    assert json.loads((folder / "results.json").read_text())["status"] == "interrupted"


def test_looks_at_the_test_part_are_counted_over_runs(folder):
    for number, test in (("001", 0.5), ("002", None), ("003", 0.7)):
        path = folder / "runs" / number / "results.json"
        runs.write_json(path, {"metric": {"test": test}})
    runs.write_json(folder / "runs" / "004" / "results.json", {"status": "failed"})
    assert runs.test_looks(folder, folder / "runs" / "004") == 2
    assert runs.test_looks(folder, folder / "runs" / "003") == 1
