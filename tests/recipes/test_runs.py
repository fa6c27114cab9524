"""Bookkeeping: which run is gone on with, what is written, what signals do."""

import argparse
import errno
import json
import os
import signal

import numpy as np
import pytest
from tests.at_work import at_work

from labwright.recipes.shared import results as results_module
from labwright.recipes.shared import runs, scoring, train
from labwright.recipes.shared.results import Results, advice
from labwright.recipes.shared.runs import BusyRunError
from labwright.recipes.shared.signals import InterruptedRunError, StopSignals
from labwright.recipes.shared.whole import read_json, write_json


def options(**changed):
    known = {"seed": 0, "epochs": 3, "fresh": False, "fast_dev_run": False}
    known |= {"devices": "1", "num_nodes": 1}
    return argparse.Namespace(**known | changed)


@pytest.fixture
def folder(tmp_path):
    for name in ("train.py", "model.py", "predict.py"):
        (tmp_path / name).write_text("x = 1\n")
    return tmp_path


def test_a_new_run_has_the_next_number(folder):
    first = Results(folder, options())
    assert first.run.name == "001"
    first.write(status="completed")
    assert Results(folder, options()).run.name == "002"
    (folder / "runs" / "009").mkdir()
    (folder / "runs" / "notes").mkdir()
    assert Results(folder, options()).run.name == "010"


@pytest.mark.parametrize("status", ["running", "interrupted", "failed"])
def test_an_unfinished_run_is_gone_on_with(folder, status):
    Results(folder, options()).write(status=status)
    assert Results(folder, options()).run.name == "001"
    assert Results(folder, options(fresh=True)).run.name == "002"
    assert Results(folder, options(epochs=4)).run.name == "002"


def test_code_and_plan_belong_to_a_run_what_follows_training_does_not(folder):
    Results(folder, options()).write()
    (folder / "predict.py").write_text("x = 2\n")
    assert Results(folder, options()).run.name == "001"
    (folder / "plan.json").write_text("{}")
    assert Results(folder, options()).run.name == "002"
    (folder / "plan.json").unlink()
    (folder / "model.py").write_text("x = 2\n")
    assert Results(folder, options()).run.name == "002"


def test_the_latest_run_of_the_same_options_is_gone_on_with(folder):
    Results(folder, options()).write(status="interrupted")
    Results(folder, options(epochs=4)).write(status="completed")
    assert Results(folder, options()).run.name == "001"
    Results(folder, options(fresh=True)).write(status="completed")
    assert Results(folder, options()).run.name == "004"


# ---- why a new one -------------------------------------------------------------------


def has_torch(monkeypatch, number):
    """As if another version of torch were installed."""
    before = runs.version
    found = {"torch": number}
    monkeypatch.setattr(runs, "version", lambda name: found.get(name) or before(name))


def begun(folder, capsys, **changed):
    """The number of the run that begins, and what it says."""
    results = Results(folder, options(**changed))
    results.begin()
    return results.run.name, capsys.readouterr().out


def cut_off(folder, rows=2):
    """A run of torch 2.1.0 that was killed after so many validations."""
    first = Results(folder, options())
    first.begin()
    lines = ["epoch,step", *(f"{n},{8 * n}" for n in range(1, rows + 1))]
    if rows:
        (first.run / "curves.csv").write_text("\n".join(lines) + "\n")
    first.lock.close()


def test_another_torch_begins_a_new_run_and_says_why(folder, monkeypatch, capsys):
    has_torch(monkeypatch, "2.1.0")
    cut_off(folder)
    has_torch(monkeypatch, "2.2.0+cpu")
    number, said = begun(folder, capsys)
    assert number == "002"
    assert said == (
        "run 001 was cut off after epoch 2, with torch 2.1.0 (now 2.2.0+cpu): "
        "a new run begins\n"
    )
    assert read_json(folder / "runs/001/results.json")["status"] == "running"


def test_other_code_and_options_begin_a_new_run_and_say_why(folder, capsys):
    cut_off(folder, rows=0)
    (folder / "model.py").write_text("x = 2\n")
    (folder / "own.py").write_text("x = 2\n")
    number, said = begun(folder, capsys, epochs=4)
    assert number == "002"
    assert said == (
        "run 001 was cut off before a validation, with epochs 3 (now 4) and another "
        "model.py and another own.py: a new run begins\n"
    )


def test_a_run_that_failed_is_said_to_have(folder, capsys):
    first = Results(folder, options())
    with first:
        raise ValueError("broken")
    first.lock.close()
    (folder / "model.py").write_text("x = 2\n")
    assert (
        "run 001 failed before a validation, with another" in begun(folder, capsys)[1]
    )


def test_nothing_is_said_of_a_run_that_is_done_or_at_work_or_left_on_purpose(
    folder, capsys
):
    cut_off(folder)
    assert begun(folder, capsys, fresh=True) == ("002", "")
    Results(folder, options(epochs=4)).write(status="completed")
    assert begun(folder, capsys, epochs=5) == ("004", "")
    with at_work(folder / "runs" / "004"):
        assert begun(folder, capsys, epochs=6) == ("005", "")


def test_another_torch_than_the_one_checked_with_is_told(folder, monkeypatch, capsys):
    (folder / "requirements.txt").write_text("polars==1.0\ntorch==2.1.0\n")
    has_torch(monkeypatch, "2.1.0+cu130")
    assert begun(folder, capsys) == ("001", "")
    has_torch(monkeypatch, "2.2.0")
    said = begun(folder, capsys, fresh=True)[1]
    assert said == (
        "this experiment was checked with torch 2.1.0 (now 2.2.0): "
        "python check.py says whether it holds\n"
    )


@pytest.mark.parametrize(
    ("training", "words"),
    [(None, "from its first step"), ({"epochs": 3}, "with its evaluation")],
)
def test_a_run_that_goes_on_without_a_checkpoint_says_where(
    folder, capsys, training, words
):
    first = Results(folder, options())
    first.write(status="interrupted", training=training)
    first.lock.close()
    assert begun(folder, capsys) == ("001", f"run 001 goes on {words}\n")


# ---- several at once -----------------------------------------------------------------


def test_two_that_begin_at_once_have_a_run_each(folder):
    first, second = (Results(folder, options(epochs=n)) for n in (3, 4))
    assert first.run == second.run
    for each in (first, second):
        each.begin()
    assert [each.run.name for each in (first, second)] == ["001", "002"]
    assert read_json(second.run / "results.json")["run"] == "002"
    first.write(status="completed")
    assert read_json(folder / "results.json")["run"] == "001"


def test_a_run_that_another_begins_while_one_chooses_is_not_ones_own(
    folder, monkeypatch
):
    choose = results_module.choose_run

    def and_meanwhile(*asked):
        chosen = choose(*asked)
        monkeypatch.setattr(results_module, "choose_run", choose)
        Results(folder, options(epochs=4)).begin()
        return chosen

    monkeypatch.setattr(results_module, "choose_run", and_meanwhile)
    mine = Results(folder, options())
    mine.begin()
    assert mine.run.name == "002"
    assert read_json(folder / "runs/001/options.json")["options"]["epochs"] == 4


def test_two_of_the_same_options_that_begin_at_once_are_told(folder):
    first, second = (Results(folder, options()) for _ in range(2))
    first.begin()
    with pytest.raises(BusyRunError, match="runs/001"):
        second.begin()


def test_what_a_killed_process_left_of_a_new_run_is_removed(folder):
    (folder / "runs" / ".new" / "checkpoints").mkdir(parents=True)
    Results(folder, options()).begin()
    found = {path.name for path in (folder / "runs").iterdir()}
    assert found == {".lock", "001"}


def test_results_are_plain_json_without_nan(folder):
    results = Results(folder, options())
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


def test_a_run_in_which_another_process_works_is_left_alone(folder, capsys):
    Results(folder, options()).write(status="running")
    before = (folder / "results.json").read_bytes()
    with at_work(folder / "runs" / "001"):
        second = Results(folder, options())
        with second:
            second.claim()
        assert second.exit_code == 1
        said = capsys.readouterr().err
        assert "expected runs/001 to be free, found a train.py at work" in said
        assert "--fresh" in said
        assert (folder / "results.json").read_bytes() == before
        files = {path.name for path in second.run.iterdir()}
        assert files == {".lock", "options.json", "results.json"}
    third = Results(folder, options())
    third.claim()
    third.write(status="completed")
    assert read_json(folder / "results.json")["run"] == "001"


def test_a_new_run_of_several_processes_begins_with_training(folder):
    """Before that, not all of them may have chosen it."""
    results = Results(folder, options(devices="2"))
    results.begin()
    assert not results.run.exists()
    results.write(status="running")
    assert results.run.exists()


def test_a_run_is_not_gone_on_with_through_another_encoder(folder):
    old, new = (scoring.digest({"mean": [mean]}) for mean in (0.5, 0.6))
    first = Results(folder, options())
    train.expect_same(first, old)
    first.write(status="interrupted", data={"encoder": old})
    again = Results(folder, options())
    train.expect_same(again, old)
    with again:
        train.expect_same(again, new)
    failure = read_json(folder / "results.json")["failure"]
    assert "--fresh" in failure["error"]
    with pytest.raises(ValueError, match="expected the data that runs/001"):
        train.expect_same(Results(folder, options()), new)


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
    first = Results(folder, options())
    first.clock -= 10
    first.write(status="interrupted")
    again = Results(folder, options())
    again.write()
    assert again.content["seconds"] >= 10
    assert again.content["started"] == first.content["started"]


def test_a_failure_is_written_and_said(folder, capsys):
    results = Results(folder, options())
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
    assert words in advice(stage, error)


def test_a_development_run_writes_nothing(folder, capsys):
    before = sorted(folder.rglob("*"))
    results = Results(folder, options(fast_dev_run=True))
    with results:
        results.write()
        raise ValueError("broken")
    assert results.exit_code == 1
    assert "broken" in capsys.readouterr().err
    assert sorted(folder.rglob("*")) == before


def test_signals_interrupt_at_once_unless_patient(folder):
    signals = StopSignals()
    with pytest.raises(InterruptedRunError) as caught:
        signals.receive(signal.SIGINT, None)
    assert caught.value.signal == signal.SIGINT
    patient = StopSignals()
    patient.patient = True
    patient.receive(signal.SIGTERM, None)
    assert patient.number == signal.SIGTERM
    with pytest.raises(InterruptedRunError):  # a second one means it
        patient.receive(signal.SIGTERM, None)
    results = Results(folder, options())
    with results:
        raise InterruptedRunError(signal.SIGINT)
    assert results.exit_code == 130
    assert json.loads((folder / "results.json").read_text())["status"] == "interrupted"


def test_a_signal_that_comes_after_all_is_done_changes_nothing(folder):
    results = Results(folder, options())
    with results:
        results.write(status="completed")
        raise InterruptedRunError(signal.SIGTERM)
    assert results.exit_code == 143
    assert read_json(results.run / "results.json")["status"] == "completed"


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "Free space"), (errno.EROFS, "Allow writing")]
)
def test_a_disk_that_takes_nothing_is_told_and_what_was_is_kept(
    folder, monkeypatch, capsys, number, words
):
    first = Results(folder, options())
    first.begin()
    before = (first.run / "results.json").read_bytes()

    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("labwright.recipes.shared.whole.os.fsync", refuse)
    with first:
        first.write(status="completed")
    assert first.exit_code == 1
    said = capsys.readouterr().err
    assert words in said
    assert "could not be written" in said
    assert (first.run / "results.json").read_bytes() == before
    left = {path.name for path in [*folder.iterdir(), *first.run.iterdir()]}
    assert not [name for name in left if "unfinished" in name or name.endswith(".001")]


def test_looks_at_the_test_part_are_counted_over_runs(folder):
    for number, test in (("001", 0.5), ("002", None), ("003", 0.7)):
        path = folder / "runs" / number / "results.json"
        path.parent.mkdir(parents=True)
        write_json(path, {"metric": {"test": test}})
    assert runs.test_looks(folder, folder / "runs" / "004") == 2
    assert runs.test_looks(folder, folder / "runs" / "003") == 1
