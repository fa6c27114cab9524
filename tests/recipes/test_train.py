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
from torch.optim.swa_utils import AveragedModel

one_thread = pytest.fixture(scope="module", autouse=True)(cutting.one_thread)


@pytest.fixture(scope="module")
def uncut(tmp_path_factory):
    experiment = Experiment(tmp_path_factory.mktemp("uncut"))
    assert experiment.train() == 0
    return experiment


def test_a_run_says_what_it_came_to(uncut, capsys):
    results = uncut.results
    assert results["status"] == "completed"
    assert results["run"] == "001"
    assert results["training"]["stopped"] == "all epochs"
    assert results["training"]["epochs"] == 3
    assert results["training"]["steps"] == 3 * 8
    assert (
        results["test_looks" if "test_looks" in results else "split"]["test_looks"] == 1
    )
    assert 0 <= results["metric"]["interval"][0] <= results["metric"]["test"]
    curves = pl.read_csv(uncut.run() / "curves.csv")
    assert curves["epoch"].to_list() == [1, 2, 3]
    assert curves["step"].to_list() == [8, 16, 24]
    best = curves["val_metric"].max()
    assert results["metric"]["val"] == pytest.approx(best, abs=1e-6)


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


# ---- options -------------------------------------------------------------------------


def test_fast_dev_run_leaves_no_trace(tmp_path):
    experiment = Experiment(tmp_path)
    experiment.load("dataloader").prepare()
    before = set(experiment.folder.rglob("*"))
    assert experiment.train("--fast-dev-run") == 0
    new = {path.name for path in set(experiment.folder.rglob("*")) - before}
    assert new <= {"__pycache__"}


def test_no_test_leaves_the_test_part_unseen(tmp_path):
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 1})
    assert experiment.train("--no-test") == 0
    results = experiment.results
    assert results["metric"]["test"] is None
    assert results["metric"]["interval"] is None
    assert results["verdict"] is None
    assert list(results["more"]) == ["val"]
    assert results["split"]["test_looks"] == 0
    predictions = pl.read_parquet(experiment.run() / "predictions.parquet")
    assert len(predictions) == results["split"]["rows"]["val"]
    assert experiment.train() == 0
    assert experiment.results["split"]["test_looks"] == 1
    assert experiment.train() == 0
    assert experiment.results["split"]["test_looks"] == 2


def test_a_time_limit_ends_with_a_validation_and_a_best_checkpoint(tmp_path):
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 1000})
    assert experiment.train("--max-minutes", "0.00001") == 0
    training = experiment.results["training"]
    assert training["stopped"] == "time limit"
    assert training["steps"] == 1
    assert training["epochs"] == pytest.approx(1 / 8, abs=0.01)
    assert len((experiment.run() / "curves.csv").read_text().splitlines()) == 2


def test_patience_counts_epochs(tmp_path):
    values = {"MAX_EPOCHS": 50, "PATIENCE": 2, "LEARNING_RATE": 1e-12}
    experiment = Experiment(tmp_path, values)
    assert experiment.train() == 0
    training = experiment.results["training"]
    assert training["stopped"] == "early stopping"
    assert training["epochs"] < 50


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--epochs", "0"], "at least 1"),
        (["--learning-rate", "nan"], "more than 0"),
        (["--logger", "wandb"], "pip install wandb"),
    ],
)
def test_impossible_options_are_refused_before_anything_is_written(
    uncut, capsys, monkeypatch, options, text
):
    before = sorted(uncut.folder.rglob("*"))

    def prepare(module):
        monkeypatch.setattr(sys.modules["options"], "find_spec", lambda name: None)

    with pytest.raises(SystemExit) as exit:
        uncut.train(*options, prepare=prepare)
    assert exit.value.code == 2
    assert text in capsys.readouterr().err
    assert sorted(uncut.folder.rglob("*")) == before


# ---- other models --------------------------------------------------------------------

PLAIN_MODEL = """
import pytorch_lightning as lightning
import torch
from torch import nn


class BaseTransformer(lightning.LightningModule):
    def __init__(self, input_dim, output_dim, d_model, num_layers, task_type):
        super().__init__()
        self.layer = nn.Linear(input_dim, output_dim)

    def forward(self, input):
        return self.layer(input)

    def training_step(self, batch, batch_idx):
        return nn.functional.cross_entropy(self(batch["input"]), batch["target"])

    def validation_step(self, batch, batch_idx):
        VALIDATION

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), 0.01)
"""


@pytest.mark.parametrize(
    "step", ["pass", 'self.log("val_loss", self.training_step(batch, batch_idx))']
)
def test_a_workspaces_own_plain_model_is_served(tmp_path, step):
    experiment = Experiment(tmp_path)
    own = PLAIN_MODEL.replace("VALIDATION", step)
    (experiment.folder / "model.py").write_text(own)
    assert experiment.train() == 0
    curves = pl.read_csv(experiment.run() / "curves.csv")
    assert curves["val_metric"].null_count() == 0
    assert (curves["val_loss"].null_count() == 0) == (step != "pass")


# ---- several processes ---------------------------------------------------------------

COUNT_ROWS = """
        with open(f"rows.{trainer.global_rank}", "a") as file:
            for row in batch["input"]:
                print(trainer.current_epoch, row.tolist(), file=file)
"""


@pytest.mark.parametrize("launcher", ["lightning", "torchrun"])
def test_two_processes_share_the_rows_out(tmp_path, launcher):
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 2})
    line = "        step = (self.seed"
    experiment.edit("resuming.py", line, COUNT_ROWS + line)
    command = [sys.executable, "train.py", "--devices", "2"]
    if launcher == "torchrun":
        torchrun = ["-m", "torch.distributed.run", "--standalone"]
        command = [sys.executable, *torchrun, "--nproc-per-node", "2", "train.py"]
    done = subprocess.run(
        command, cwd=experiment.folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = [
        (experiment.folder / f"rows.{rank}").read_text().splitlines()
        for rank in range(2)
    ]
    rows = experiment.results["split"]["rows"]["train"]
    assert [len(each) for each in lines] == [rows, rows]  # two epochs of half the rows
    for epoch in "01":
        seen = [line for each in lines for line in each if line.startswith(epoch)]
        assert len(seen) == rows
    assert sorted(line[2:] for each in lines for line in each if line[0] == "0") == (
        sorted(line[2:] for each in lines for line in each if line[0] == "1")
    )
    assert experiment.results["status"] == "completed"
    assert [path.name for path in experiment.folder.glob("runs/[0-9]*")] == ["001"]
    assert done.stdout.count("verdict:") == 1


# ---- average of the weights ----------------------------------------------------------


def test_the_average_leaves_whole_numbers_whole(tmp_path):
    """Indices and counts in buffers are copied: 3 * 0.9 + 3 * 0.1 may truncate to 2."""
    callback = Experiment(tmp_path).load("callbacks").AveragedWeights(0.99)
    model = torch.nn.BatchNorm1d(2)
    model.register_buffer("index", torch.arange(1000))
    average = AveragedModel(model, use_buffers=True, **callback._kwargs)
    for step in range(5):
        with torch.no_grad():
            model.weight.fill_(step)
        model.num_batches_tracked.fill_(step)
        average.update_parameters(model)
    assert (average.module.index == torch.arange(1000)).all()
    assert average.module.num_batches_tracked == 4
    assert 0 < average.module.weight[0] < 4


def test_of_equal_metrics_the_lower_loss_is_better(tmp_path):
    """What is monitored follows the loss of the same validation, not of the last one."""
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 2})
    seen = []

    def prepare(module):
        class Watch(module.Score):
            def on_validation_end(self, trainer, pl_module):
                seen.append({k: float(v) for k, v in trainer.callback_metrics.items()})

        module.Score = Watch

    assert experiment.train("--no-test", prepare=prepare) == 0
    assert len(seen) == 2
    for each in seen:
        metric, loss = each["val_metric"], each["val_loss"]
        expected = metric * (1 - 1e-4 * loss / (1 + loss))
        assert each["val_score"] == pytest.approx(expected, rel=1e-7)
        assert each["val_score"] < metric
