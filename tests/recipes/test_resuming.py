"""Training state: a run that was cut off and resumed is the run that was not."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
import torch
from tests.recipes import cutting
from tests.recipes.cutting import (
    KilledError,
    assert_same,
    at_step,
    in_validation,
    kill,
    outcome,
    terminate,
)
from tests.recipes.experiment import Experiment

one_thread = pytest.fixture(scope="module", autouse=True)(cutting.one_thread)


@pytest.fixture(scope="module")
def uncut(tmp_path_factory):
    experiment = Experiment(tmp_path_factory.mktemp("uncut"))
    assert experiment.train() == 0
    return experiment


@pytest.mark.parametrize(
    "cut",
    [
        at_step(1, 3, terminate),
        at_step(0, 0, terminate),
        at_step(1, 7, terminate),
        in_validation(1, terminate),
        in_validation(2, terminate),
    ],
    ids=["mid-epoch", "first-step", "last-step", "validation", "last-validation"],
)
def test_sigterm_then_resumed_equals_uncut(tmp_path, uncut, cut, capsys):
    experiment = Experiment(tmp_path)
    assert experiment.train(prepare=cut) == 128 + signal.SIGTERM
    assert experiment.results["status"] == "interrupted"
    assert "python train.py goes on" in capsys.readouterr().err
    assert (experiment.run() / "checkpoints" / "last.ckpt").exists()
    assert experiment.train() == 0
    assert "run 001 goes on from epoch" in capsys.readouterr().out
    assert not experiment.run("002").exists()
    assert_same(experiment, uncut)


@pytest.mark.parametrize("place", [(0, 4), (2, 5)], ids=["no-checkpoint", "later"])
def test_sigkill_then_resumed_equals_uncut(tmp_path, uncut, place):
    experiment = Experiment(tmp_path)
    with pytest.raises(KilledError):
        experiment.train(prepare=at_step(*place, kill))
    assert experiment.results["status"] == "running"
    assert experiment.train() == 0
    assert_same(experiment, uncut)


def test_cut_off_twice_within_one_epoch(tmp_path, uncut):
    experiment = Experiment(tmp_path)
    experiment.train(prepare=at_step(1, 2, terminate))
    experiment.train(prepare=at_step(1, 5, terminate))
    assert experiment.train() == 0
    assert_same(experiment, uncut)


def test_gone_on_with_in_a_moved_folder(tmp_path, uncut):
    experiment = Experiment(tmp_path)
    experiment.train(prepare=at_step(2, 2, terminate))
    moved = experiment.folder.with_name("moved")
    experiment.folder = experiment.folder.rename(moved)
    seen = []

    def prepare(module):
        class Watch(module.Best):
            def load_state_dict(self, state_dict):
                super().load_state_dict(state_dict)
                seen.append(self)

        module.Best = Watch
        Watch.__qualname__ = "Best"  # by which Lightning finds its state

    assert experiment.train(prepare=prepare) == 0
    (best,) = seen
    assert Path(best.best_model_path) == experiment.run() / "checkpoints" / "best.ckpt"
    assert list(best.best_k_models) == [best.best_model_path]
    assert_same(experiment, uncut)


def test_a_worse_checkpoint_takes_no_place_after_a_move(tmp_path):
    made = Experiment(tmp_path).load("resuming").Best
    old, new = tmp_path / "old", tmp_path / "new"
    before, after = (
        made(folder, "best", monitor="val_score", mode="max") for folder in (old, new)
    )
    path = str(old / "best.ckpt")
    before.best_model_path = before.kth_best_model_path = path
    before.best_model_score = before.kth_value = torch.tensor(0.9)
    before.best_k_models = {path: torch.tensor(0.9)}
    after.load_state_dict(before.state_dict())
    here = str(new / "best.ckpt")
    assert after.best_model_path == after.kth_best_model_path == here
    assert after.best_k_models == {here: torch.tensor(0.9)}
    assert after.best_model_score == after.kth_value == torch.tensor(0.9)
    assert after.dirpath == str(new)


def test_the_bar_of_a_resumed_epoch_has_a_length_and_a_number(tmp_path, capsys):
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 2})
    assert experiment.train(prepare=at_step(1, 3, terminate)) == 143
    said = capsys.readouterr().out
    assert said.endswith("\n")  # and what is said of the end has a line of its own
    assert experiment.train() == 0
    lines = filter(None, map(str.strip, capsys.readouterr().out.splitlines()))
    first, bar = next(lines), next(line for line in lines if "Epoch" in line)
    assert first == "run 001 goes on from epoch 2, step 12"
    assert "Epoch 2" in bar and "/8 [" in bar


def test_cut_off_in_the_evaluation_does_not_train_again(tmp_path, uncut):
    experiment = Experiment(tmp_path)

    def prepare(module):
        module.evaluate = lambda *_: terminate()

    assert experiment.train(prepare=prepare) == 128 + signal.SIGTERM
    assert experiment.results["failure"]["stage"] == "evaluation"

    def no_training(module):
        module.fit = None

    assert experiment.train(prepare=no_training) == 0
    assert_same(experiment, uncut)


def test_cut_off_between_two_validations_of_an_epoch(tmp_path, small_batches):
    """Four validations an epoch; a signal between them, and one behind the last."""
    experiment = Experiment(tmp_path, MANY_VALIDATIONS)
    for place in ((0, 17), (1, 29)):
        assert experiment.train(prepare=at_step(*place, terminate)) == 143
    assert experiment.train() == 0
    assert_same(experiment, small_batches, checkpoints=["best"])


MANY_VALIDATIONS = {"BATCH_SIZE": 8, "VALIDATE_AFTER": 60, "MAX_EPOCHS": 2}


@pytest.fixture(scope="module")
def small_batches(tmp_path_factory):
    experiment = Experiment(tmp_path_factory.mktemp("many"), MANY_VALIDATIONS)
    assert experiment.train() == 0
    return experiment


def test_large_data_is_validated_within_an_epoch(small_batches):
    curves = pl.read_csv(small_batches.run() / "curves.csv")
    assert curves["epoch"].to_list() == [1] * 4 + [2] * 4
    assert curves["step"].to_list()[:4] == [7, 14, 21, 28]


def test_interrupted_processes_resume_too(tmp_path, uncut):
    """As people do it: a real process, a real SIGTERM, then a real SIGKILL."""
    experiment = Experiment(tmp_path)
    experiment.edit(
        "resuming.py",
        "        step = (self.seed",
        "        import time; time.sleep(0.05)\n        step = (self.seed",
    )
    curves = experiment.run() / "curves.csv"
    for number, rows in ((signal.SIGTERM, 1), (signal.SIGKILL, 2)):
        process = subprocess.Popen(
            [sys.executable, "train.py"],
            cwd=experiment.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not curves.exists() or len(curves.read_text().splitlines()) <= rows:
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(0.1)
        process.send_signal(number)
        assert process.wait(60) == (143 if number == signal.SIGTERM else -number)
    assert experiment.train() == 0
    assert outcome(experiment) == outcome(uncut)


# ---- which run -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("train.py", "LEARNING_RATE = 0.003", "LEARNING_RATE = 0.001"),
        ("train.py", "D_MODEL = 16", "D_MODEL = 24"),
        ("dataloader.py", "SEED = 0", "SEED = 1"),
    ],
)
def test_an_edit_starts_a_new_run(tmp_path, name, old, new):
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 1})
    experiment.train(prepare=at_step(0, 2, terminate))
    first = (experiment.run() / "results.json").read_bytes()
    experiment.edit(name, old, new)
    assert experiment.train() == 0
    assert experiment.results["run"] == "002"
    assert (experiment.run() / "results.json").read_bytes() == first


def test_other_options_and_fresh_start_a_new_run(tmp_path):
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 1})
    stop = at_step(0, 2, terminate)
    experiment.train(prepare=stop)
    experiment.train("--seed", "1", prepare=stop)
    assert experiment.results["run"] == "002"
    experiment.train("--seed", "1", "--fresh", prepare=stop)
    assert experiment.results["run"] == "003"
    experiment.train("--seed", "1", prepare=stop)
    assert experiment.results["run"] == "003"


def test_an_edit_of_the_evaluation_keeps_what_was_trained(tmp_path, capsys):
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 1})
    line = "    baselines = predict_baselines("
    experiment.edit("evaluate.py", line, "    1 / 0\n" + line)
    assert experiment.train() == 1
    results = experiment.results
    assert results["status"] == "failed"
    assert results["failure"]["stage"] == "evaluation"
    assert "ZeroDivisionError" in results["failure"]["error"]
    assert "not repeated" in results["failure"]["what_to_do"]
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "Traceback" in (experiment.run() / "error.txt").read_text()
    experiment.edit("evaluate.py", "    1 / 0\n" + line, line)

    def no_training(module):
        module.fit = None

    assert experiment.train(prepare=no_training) == 0
    assert experiment.results["status"] == "completed"
    assert experiment.results["failure"] is None
