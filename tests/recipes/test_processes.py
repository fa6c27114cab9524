"""Several processes that train together, on one machine and without a GPU."""

import subprocess
import sys

import pytest
from tests.recipes.experiment import Experiment

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


FAILS = """if self.global_rank == 1 and self.trainer.current_epoch == 1:
            raise RuntimeError("CUDA out of memory.")
        """


def test_a_process_that_fails_says_why_for_all(tmp_path):
    """The other one finds that its connection is closed, and does not wait."""
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 2})
    training = 'return self.compute_loss(outputs, batch["target"])'
    experiment.edit("model.py", training, FAILS + training)
    command = [sys.executable, "train.py", "--devices", "2"]
    done = subprocess.run(
        command, cwd=experiment.folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    results = experiment.results
    assert results["status"] == "failed"
    assert results["failure"]["stage"] == "training"
    error = "RuntimeError: CUDA out of memory. (in process 1)"
    assert results["failure"]["error"] == error
    assert "--batch-size" in results["failure"]["what_to_do"]
    assert error in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(experiment.run().glob(".failure*"))
