"""Commands that are killed, or started twice: nothing is half-made, nothing is lost."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.recipes.experiment import Experiment
from tests.servers import serve_files

HERE = Path(__file__).parent
PENGUINS = HERE.parent / "examples" / "penguins.csv"
LABWRIGHT = [sys.executable, "-c", "from labwright.cli import main; exit(main())"]
TASK = {"name": "penguins", "output_description": "the species of the penguin"}


def workspace(folder: Path, identifier: str, kind: str) -> Path:
    """A folder with a task, for `labwright generate`."""
    (folder / "experiments").mkdir(parents=True)
    shutil.copyfile(PENGUINS, folder / "penguins.csv")
    source = {"type": kind, "identifier": identifier}
    task = json.dumps(TASK | {"data_sources": [source]})
    (folder / "experiments" / "next_task.json").write_text(task)
    return folder


def start(folder: Path, *command: str) -> "subprocess.Popen[str]":
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, stdout=pipe, stderr=subprocess.STDOUT, text=True
    )


def emitted(experiment: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in experiment.glob("*.*")}


# ---- killed --------------------------------------------------------------------------


def test_killed_at_random_moments_everything_ends_well_and_equal():
    """More moments: python bench/kill.py --moments 200."""
    command = [sys.executable, "bench/kill.py", "--moments", "20"]
    done = subprocess.run(
        command, cwd=HERE.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert [line.partition(" moments")[0] for line in said] == [
        "generate: killed at 10",
        "train: killed at 10",
    ]
    assert all("0 did not" in line for line in said)


@pytest.mark.parametrize("there", ["*/data/raw/penguins.csv", "*/check.py"])
def test_a_killed_generate_is_in_nobodys_way(tmp_path, there):
    """What it was making has no name yet; what it had fetched is not fetched again."""
    asked = "GET /penguins.csv"
    with serve_files({"penguins.csv": PENGUINS.read_bytes()}) as server:
        url = f"{server.url}/penguins.csv"
        folder = workspace(tmp_path, url, "url")
        process = start(folder, *LABWRIGHT, "generate")
        staging = folder / "experiments" / ".staging"
        while not list(staging.glob(there)):
            assert process.poll() is None, process.communicate()[0]
            time.sleep(0.01)
        process.kill()
        process.wait()
        assert [path.name for path in folder.glob("experiments/2*")] == []
        assert server.log == [asked, asked]  # about it, and for it
        server.log.clear()
        again = start(folder, *LABWRIGHT, "generate", "--no-check")
        assert again.wait() == 0, again.communicate()[0]
        assert server.log == [asked]  # whether it is still the same
    (experiment,) = folder.glob("experiments/2*")
    found = (experiment / "data" / "raw" / "penguins.csv").read_bytes()
    assert found == PENGUINS.read_bytes()
    assert not staging.exists()


# ---- two at once ---------------------------------------------------------------------


def test_two_generates_at_once_make_two_equal_experiments(tmp_path):
    folder = workspace(tmp_path, "penguins.csv", "local")
    both = [start(folder, *LABWRIGHT, "generate", "--no-check") for _ in range(2)]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    first, second = sorted(folder.glob("experiments/2*"))
    assert emitted(first) == emitted(second)
    raw = Path("data") / "raw" / "penguins.csv"
    assert (first / raw).read_bytes() == (second / raw).read_bytes()
    assert not (folder / "experiments" / ".staging").exists()


def test_two_trainings_at_once_have_a_run_each(tmp_path):
    """With other options; the data are prepared by one of them, for both."""
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 1})
    train = [sys.executable, "train.py", "--no-test"]
    both = [start(experiment.folder, *train, "--seed", str(seed)) for seed in (0, 1)]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    found = [
        json.loads((experiment.run(number) / "results.json").read_text())
        for number in ("001", "002")
    ]
    assert [results["status"] for results in found] == ["completed"] * 2
    assert {results["options"]["seed"] for results in found} == {0, 1}
    assert experiment.results in found
    assert len(list(experiment.folder.glob("data/prepared/*"))) == 1


# ---- the folder has changed ----------------------------------------------------------


def test_data_that_were_deleted_are_there_again(tmp_path):
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 1})
    assert experiment.train("--no-test") == 0
    first = experiment.results["metric"]
    shutil.rmtree(experiment.folder / "data")
    assert experiment.train("--no-test") == 0
    assert experiment.results["metric"] == first


def test_an_edited_dataloader_prepares_anew(tmp_path):
    experiment = Experiment(tmp_path)
    one = experiment.load("dataloader").prepare()
    experiment.edit("dataloader.py", "MIN_CATEGORY_ROWS = 2", "MIN_CATEGORY_ROWS = 9")
    two = experiment.load("dataloader").prepare()
    assert one != two
    assert experiment.load("dataloader").prepare() == two
    assert one.exists()


def test_what_a_killed_preparation_left_is_removed(tmp_path):
    experiment = Experiment(tmp_path)
    left = experiment.folder / "data" / "prepared" / "0123456789ab.77"
    left.mkdir(parents=True)
    (left / "train_input.npy").write_bytes(b"half")
    prepared = experiment.load("dataloader").prepare()
    assert list(prepared.parent.iterdir()) == [prepared]


def test_a_checkpoint_of_another_plan_is_refused(tmp_path):
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 1})
    assert experiment.train("--no-test") == 0
    experiment.edit("train.py", "D_MODEL = 16", "D_MODEL = 24")
    checkpoints = experiment.load("checkpoints")
    with pytest.raises(ValueError, match="expected the weights of the model"):
        checkpoints.trained_model(checkpoints.checkpoint_of(None))


def test_a_checkpoint_that_was_damaged_is_named(tmp_path, capsys):
    experiment = Experiment(tmp_path, {"MAX_EPOCHS": 1})
    assert experiment.train("--no-test") == 0
    run = experiment.run()
    for folder in (experiment.folder, run):
        results = json.loads((folder / "results.json").read_text())
        results |= {"status": "interrupted", "training": None}
        (folder / "results.json").write_text(json.dumps(results))
    last = run / "checkpoints" / "last.ckpt"
    last.write_bytes(last.read_bytes()[:1000])
    assert experiment.train("--no-test") == 1
    said = capsys.readouterr().err
    assert "expected a whole checkpoint" in said
    assert "last.ckpt" in said
    assert "--fresh" in said
