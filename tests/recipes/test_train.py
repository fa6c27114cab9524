"""What train.py makes: of its options, of other models, of the average of the weights."""

import sys

import polars as pl
import pytest
import torch
from tests.recipes import cutting
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
    assert results["split"]["test_looks"] == 1
    assert 0 <= results["metric"]["interval"][0] <= results["metric"]["test"]
    curves = pl.read_csv(uncut.run() / "curves.csv")
    assert curves["epoch"].to_list() == [1, 2, 3]
    assert curves["step"].to_list() == [8, 16, 24]
    best = curves["val_metric"].max()
    assert results["metric"]["val"] == pytest.approx(best, abs=1e-6)


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
