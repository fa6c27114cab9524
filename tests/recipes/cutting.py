"""How tests cut a training off, and what must be equal afterwards."""

import signal

import polars as pl
import pytest
import torch
from threadpoolctl import threadpool_limits


def one_thread():
    """Threads of a busy machine wait for each other longer than the sums take."""
    with pytest.MonkeyPatch.context() as patch, threadpool_limits(1):
        patch.setenv("OMP_NUM_THREADS", "1")
        yield


def at_step(epoch, batch, act):
    """Makes training do something before a batch of an epoch."""

    def prepare(module):
        before = module.SeededSteps.on_train_batch_start

        def start(self, trainer, pl_module, data, batch_idx):
            before(self, trainer, pl_module, data, batch_idx)
            if (trainer.current_epoch, batch_idx) == (epoch, batch):
                act()

        module.SeededSteps.on_train_batch_start = start

    return prepare


def in_validation(epoch, act):
    def prepare(module):
        before = module.Score.on_validation_batch_end

        def end(self, trainer, *rest):
            before(self, trainer, *rest)
            if trainer.current_epoch == epoch:
                act()

        module.Score.on_validation_batch_end = end

    return prepare


def terminate():
    signal.raise_signal(signal.SIGTERM)


class KilledError(BaseException):
    """As SIGKILL: nothing is saved and nothing is written."""


def kill():
    raise KilledError


def state(experiment, name):
    path = experiment.run() / "checkpoints" / f"{name}.ckpt"
    return torch.load(path, weights_only=True)


def outcome(experiment):
    """All that must be equal."""
    results = experiment.results
    kept = ("metric", "more", "baselines", "verdict", "split", "importance", "training")
    figures = {name: results[name] for name in kept}
    return figures, (experiment.run() / "curves.csv").read_text()


def assert_same(experiment, uncut, checkpoints=("best", "last")):
    assert outcome(experiment) == outcome(uncut)
    for name in checkpoints:
        ours, theirs = state(experiment, name), state(uncut, name)
        for key in ("state_dict", "current_model_state", "averaging_state"):
            assert ours[key].keys() == theirs[key].keys()
            assert all(torch.equal(ours[key][k], theirs[key][k]) for k in ours[key])
    predictions = "predictions.parquet"
    ours = pl.read_parquet(experiment.run() / predictions)
    assert ours.equals(pl.read_parquet(uncut.run() / predictions))
