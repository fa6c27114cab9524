"""Where training cannot go on: it begins again once, or says why it does not."""

import errno
import json
import os
import sys
from pathlib import Path

import pytest
import torch
from tests.recipes import cutting
from tests.recipes.cutting import assert_same, at_step, state, terminate
from tests.recipes.experiment import Experiment

one_thread = pytest.fixture(scope="module", autouse=True)(cutting.one_thread)


@pytest.fixture(scope="module")
def uncut(tmp_path_factory):
    experiment = Experiment(tmp_path_factory.mktemp("uncut"))
    assert experiment.train() == 0
    return experiment


def test_a_failure_never_touches_a_completed_run(tmp_path):
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 1})
    assert experiment.train() == 0
    files = {path: path.read_bytes() for path in experiment.run().rglob("*.*")}
    experiment.edit("dataloader.py", '= ["species"]', '= ["kind"]')
    assert experiment.train() == 1
    failure = experiment.results["failure"]
    assert (experiment.results["run"], failure["stage"]) == ("002", "data")
    assert "expected" in failure["error"]
    assert {path: path.read_bytes() for path in files} == files


def test_a_loss_that_left_the_numbers_says_what_to_do(tmp_path):
    experiment = Experiment(tmp_path)
    training = 'return self.compute_loss(outputs, batch["target"])'
    experiment.edit("model.py", training, training + ' * float("nan")')
    assert experiment.train() == 1
    failure = experiment.results["failure"]
    assert failure["stage"] == "training"
    assert "finite training loss, found nan" in failure["error"]
    assert "LEARNING_RATE" in failure["error"]


@pytest.mark.parametrize(
    "text", ["CUDA out of memory.", "DefaultCPUAllocator: can't allocate memory"]
)
def test_out_of_memory_halves_the_batch_and_goes_on(tmp_path, uncut, text):
    experiment = Experiment(tmp_path)

    def prepare(module):
        before = module.BaseTransformer.training_step

        def step(self, batch, batch_idx):
            if len(batch["input"]) > 8:
                raise RuntimeError(text)
            return before(self, batch, batch_idx)

        module.BaseTransformer.training_step = step

    assert experiment.train(prepare=prepare) == 0
    training = experiment.results["training"]
    assert [each["batch_size"] for each in training["recovered"]] == [16, 8]
    assert (training["batch_size"], training["accumulate"]) == (8, 4)
    assert training["steps"] == uncut.results["training"]["steps"]


def test_accumulated_batches_are_not_parted_by_a_checkpoint(tmp_path):
    """Signals come between batches whose gradients are summed, and wait for the sum."""
    values = {"MAX_EPOCHS": 2, "BATCH_SIZE": 12}

    def too_much(module):
        before = module.BaseTransformer.training_step

        def step(self, batch, batch_idx):
            if len(batch["input"]) > 3:
                raise RuntimeError("out of memory")
            return before(self, batch, batch_idx)

        module.BaseTransformer.training_step = step

    def cut(module):
        too_much(module)
        at_step(1, 9, terminate)(module)

    experiments = [Experiment(tmp_path / name, values) for name in ("uncut", "cut")]
    whole, parted = experiments
    assert whole.train(prepare=too_much) == 0
    assert whole.results["training"]["epochs"] == 2
    assert whole.results["training"]["accumulate"] == 4
    assert parted.train(prepare=cut) == 143
    progress = state(parted, "last")["loops"]["fit_loop"]["epoch_loop.batch_progress"]
    assert progress["current"]["processed"] == 12
    assert parted.train(prepare=too_much) == 0
    assert_same(parted, whole)


def test_out_of_memory_with_one_row_is_a_failure(tmp_path):
    experiment = Experiment(tmp_path, {"BATCH_SIZE": 2})

    def prepare(module):
        def step(self, batch, batch_idx):
            raise torch.OutOfMemoryError("CUDA out of memory.")

        module.BaseTransformer.training_step = step

    assert experiment.train(prepare=prepare) == 1
    assert "--batch-size" in experiment.results["failure"]["what_to_do"]


# ---- numbers -------------------------------------------------------------------------


def losing_numbers(faster_than):
    """Gradients explode in the second epoch, where the learning rate is too high."""

    def prepare(module):
        before = module.BaseTransformer.training_step

        def step(self, batch, batch_idx):
            loss = before(self, batch, batch_idx)
            explodes = self.trainer.current_epoch == 1 and batch_idx == 2
            if explodes and self.learning_rate > faster_than:
                return loss * 1e38 * 1e38
            return loss

        module.BaseTransformer.training_step = step

    return prepare


def test_numbers_that_were_lost_are_won_back_once_by_a_slower_rate(tmp_path, capsys):
    experiment = Experiment(tmp_path)
    assert experiment.train(prepare=losing_numbers(1e-3)) == 0
    training = experiment.results["training"]
    (change,) = training["recovered"]
    assert change["learning_rate"] == training["learning_rate"] == pytest.approx(3e-4)
    assert "finite training loss" in change["why"]
    assert training["epochs"] == 3
    assert "beginning again" in capsys.readouterr().out
    rates = {line.split(",")[-1] for line in curves(experiment)[1:]}
    assert all(float(rate) <= 3e-4 for rate in rates)


def test_a_recovered_run_that_is_cut_off_goes_on_with_what_was_changed(tmp_path):
    whole, parted = (Experiment(tmp_path / name) for name in ("whole", "parted"))
    assert whole.train(prepare=losing_numbers(1e-3)) == 0

    def cut(module):
        losing_numbers(1e-3)(module)
        at_step(2, 3, terminate)(module)

    assert parted.train(prepare=cut) == 143
    assert json.loads((parted.run() / "options.json").read_text())["recovered"]
    assert parted.train(prepare=losing_numbers(1e-3)) == 0
    assert_same(parted, whole)


def test_numbers_that_are_lost_twice_are_a_failure(tmp_path):
    experiment = Experiment(tmp_path)
    assert experiment.train(prepare=losing_numbers(0)) == 1
    results = experiment.results
    assert results["status"] == "failed"
    assert "LEARNING_RATE" in results["failure"]["error"]
    recovered = json.loads((experiment.run() / "options.json").read_text())["recovered"]
    assert len(recovered) == 1


def test_outputs_that_are_no_numbers_are_found_in_validation(tmp_path):
    experiment = Experiment(tmp_path)

    def prepare(module):
        before = module.BaseTransformer.validation_step

        def step(self, batch, batch_idx):
            return before(self, batch, batch_idx) * float("nan")

        module.BaseTransformer.validation_step = step

    assert experiment.train(prepare=prepare) == 1
    error = experiment.results["failure"]["error"]
    assert "expected numbers as outputs, found 153 of 153 to be NaN" in error


def curves(experiment):
    return (experiment.run() / "curves.csv").read_text().splitlines()


# ---- patience ------------------------------------------------------------------------


def test_cut_off_when_patience_had_just_ended_trains_no_epoch_more(tmp_path):
    """After the last checkpoint is written, and before the run says that it is trained."""
    values = {"MAX_EPOCHS": 50, "PATIENCE": 1, "LEARNING_RATE": 1e-12}
    whole, parted = (
        Experiment(tmp_path / name, values) for name in ("whole", "parted")
    )
    assert whole.train() == 0
    assert whole.results["training"]["stopped"] == "early stopping"

    def cut(module):
        before = module.Last.on_validation_end

        def end(self, trainer, pl_module):
            before(self, trainer, pl_module)
            if trainer.should_stop:
                raise KeyboardInterrupt

        module.Last.on_validation_end = end

    with pytest.raises(SystemExit):
        parted.train(prepare=cut)
    assert parted.results["status"] == "running"
    assert parted.train() == 0
    assert_same(parted, whole)


# ---- disks ---------------------------------------------------------------------------


def test_a_disk_that_fills_up_ends_the_run_and_the_next_one_goes_on(
    tmp_path, uncut, capsys
):
    experiment = Experiment(tmp_path)

    def fill(module):
        before = module.WholeCheckpoints.save_checkpoint

        def save(self, checkpoint, path, storage_options=None):
            if checkpoint["epoch"] == 1 and Path(path).name == "last.ckpt":
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            before(self, checkpoint, path, storage_options)

        module.WholeCheckpoints.save_checkpoint = save

    assert experiment.train(prepare=fill) == 1
    failure = experiment.results["failure"]
    assert "No space left" in failure["error"]
    assert "Free space" in failure["what_to_do"]
    assert "Traceback" not in capsys.readouterr().err
    assert experiment.train() == 0
    assert_same(experiment, uncut)


def test_a_checkpoint_is_written_beside_its_name(tmp_path, uncut):
    """Never in a temporary folder that may lie on another disk."""
    seen = []
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 1})

    def prepare(module):
        resuming = sys.modules["resuming"]
        before = resuming.whole

        def watch(path, *rest):
            seen.append(path)
            return before(path, *rest)

        resuming.whole = watch

    assert experiment.train(prepare=prepare) == 0
    assert {path.name for path in seen} == {"best.ckpt", "last.ckpt"}
    left = [path.name for path in (experiment.run() / "checkpoints").iterdir()]
    assert sorted(left) == ["best.ckpt", "last.ckpt"]


# ---- workers -------------------------------------------------------------------------

READ = "        return {name: array[rows] for name, array in self.arrays.items()}\n"
DIES = """        if torch.utils.data.get_worker_info():
            import os, signal
            os.kill(os.getpid(), signal.SIGKILL)
"""


def with_worker(tmp_path, line):
    """An experiment whose batches are read by a worker, which does something before."""
    experiment = Experiment(tmp_path, {"NUM_WORKERS": 1})
    experiment.edit("dataloader.py", READ, line + READ)
    return experiment


def test_a_file_that_is_removed_under_a_worker_is_named(tmp_path, capsys):
    line = '        (self.folder / f"{self.part}_gone.npy").read_bytes()\n'
    experiment = with_worker(tmp_path, line)
    assert experiment.train() == 1
    error = experiment.results["failure"]["error"]
    assert error.startswith("FileNotFoundError")
    assert "train_gone.npy" in error
    assert "Traceback" not in capsys.readouterr().err
    assert "Traceback" in (experiment.run() / "error.txt").read_text()


def test_a_worker_that_dies_ends_the_run(tmp_path):
    experiment = with_worker(tmp_path, DIES)
    assert experiment.train() == 1
    failure = experiment.results["failure"]
    assert "DataLoader worker" in failure["error"]
    assert "NUM_WORKERS" in failure["what_to_do"]


@pytest.mark.parametrize("place", [(1, 3), (2, 0)])
def test_a_loader_with_workers_goes_on_exactly(tmp_path, uncut, place):
    experiment = Experiment(tmp_path, {"NUM_WORKERS": 1})
    assert experiment.train(prepare=at_step(*place, terminate)) == 143
    assert experiment.train() == 0
    assert_same(experiment, uncut)
