"""From every kind of source to a trained model, as a person would have it, and no trace.

Each source is generated from and trained in processes of their own, with an empty home and
an empty temporary folder: whatever is found outside experiments/ afterwards is a trace.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.servers import OpenmlSet, serve_files, serve_hub, serve_kaggle, serve_openml

PENGUINS = files("labwright").joinpath("recipes/table/example.csv").read_bytes()
TASK = {"name": "penguins", "output_description": "the species of the penguin"}
LABWRIGHT = str(Path(sys.executable).with_name("labwright"))
# Kaggle's client knows no variable for its address.
GENERATE = """
import sys
if sys.argv[1]:
    from kagglesdk import kaggle_env
    kaggle_env._env_to_endpoint[kaggle_env.KaggleEnv.PROD] = sys.argv[1]
from labwright.cli import main
sys.exit(main(["generate", *sys.argv[2:]]))
"""


@contextmanager
def served(kind: str, base: Path):
    """The source of a task, and the environment in which its client finds it."""
    if kind == "local":
        (base / "penguins.csv").write_bytes(PENGUINS)
        yield {"identifier": "penguins.csv"}, {}
    elif kind == "url":
        with serve_files({"penguins.csv": PENGUINS}) as server:
            yield {"identifier": f"{server.url}/penguins.csv"}, {}
    elif kind == "huggingface":
        (base / "hub/me/penguins").mkdir(parents=True)
        (base / "hub/me/penguins/train.csv").write_bytes(PENGUINS)
        with serve_hub(base / "hub") as server:
            yield {"identifier": "me/penguins"}, {"HF_ENDPOINT": server.url}
    elif kind == "kaggle":
        (base / "kaggle/datasets/me/penguins").mkdir(parents=True)
        (base / "kaggle/datasets/me/penguins/penguins.csv").write_bytes(PENGUINS)
        with serve_kaggle(base / "kaggle") as server:
            yield {"identifier": "me/penguins"}, {"KAGGLE": server.url}
    else:
        table = pl.read_csv(PENGUINS, null_values="NA")
        with serve_openml(OpenmlSet(61, "penguins", table, "species")) as server:
            yield {"identifier": "61"}, {"OPENML_SERVER": server.url}


def found_in(*folders: Path) -> set[str]:
    return {str(path) for folder in folders for path in folder.rglob("*")}


def finish(command, cwd, **environment):
    ours = ("HF_", "KAGGLE", "OPENML", "XDG_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    ended = subprocess.run(
        command,
        cwd=cwd,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("kind", ["local", "url", "huggingface", "kaggle", "openml"])
def test_generate_and_train_leave_nothing_outside_experiments(kind, tmp_path):
    work, home, tmp = (tmp_path / name for name in ("work", "home", "tmp"))
    for folder in (work / "experiments", home, tmp):
        folder.mkdir(parents=True)
    places = {"HOME": str(home), "TMPDIR": str(tmp), "PYTHONDONTWRITEBYTECODE": "1"}
    with served(kind, work if kind == "local" else tmp_path) as (source, environment):
        task = TASK | {"data_sources": [{"type": kind, **source}]}
        (work / "experiments/next_task.json").write_text(json.dumps(task))
        before = found_in(work, home, tmp)
        check = [] if kind == "local" else ["--no-check"]
        kaggle = environment.pop("KAGGLE", "")
        generate = [sys.executable, "-c", GENERATE, kaggle, *check]
        finish(generate, work, **places, **environment)
    (made,) = [path for path in (work / "experiments").iterdir() if path.is_dir()]
    finish([LABWRIGHT, "run", "--", "--epochs", "1"], work, **places)
    results = json.loads((made / "results.json").read_text())
    assert results["status"] == "completed"
    assert sum(results["split"]["rows"].values()) == 344
    outside = found_in(work, home, tmp) - before - found_in(made) - {str(made)}
    assert not outside


def prepared(experiment: Path) -> dict[str, np.ndarray]:
    arrays = experiment.glob("data/prepared/*/*.npy")
    return {path.name: np.load(path) for path in arrays}


@pytest.fixture(scope="module")
def from_url(tmp_path_factory):
    """A trained experiment whose data came from a server that is still there."""
    work = tmp_path_factory.mktemp("work")
    (work / "experiments").mkdir()
    with served("url", work) as (source, _):
        task = TASK | {"data_sources": [{"type": "url", **source}]}
        (work / "experiments/next_task.json").write_text(json.dumps(task))
        finish([sys.executable, "-c", GENERATE, "", "--no-check"], work)
        (made,) = [path for path in (work / "experiments").iterdir() if path.is_dir()]
        finish([sys.executable, "train.py", "--epochs", "1"], made)
        yield made


def test_without_its_data_train_fetches_and_prepares_the_same_tensors(from_url):
    before = prepared(from_url)
    assert len(before) == 18
    shutil.rmtree(from_url / "data")
    finish([sys.executable, "train.py", "--epochs", "1", "--fresh"], from_url)
    after = prepared(from_url)
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[name], after[name]) for name in before)


def predict(experiment: Path, *arguments) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "predict.py", *map(str, arguments)],
        cwd=experiment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_predicts_new_rows_as_the_test_part_was_predicted(from_url, tmp_path):
    tested = pl.read_parquet(max(from_url.glob("runs/*/predictions.parquet")))
    rows = PENGUINS.decode().splitlines()
    chosen = [rows[0], *(rows[1 + number] for number in tested["row"])]
    (tmp_path / "new.csv").write_text("\n".join(chosen))
    ended = predict(from_url, tmp_path / "new.csv")
    assert ended.returncode == 0, ended.stderr
    made = pl.read_csv(from_url / "predictions/new.csv")
    assert made["prediction"].to_list() == tested["prediction"].to_list()
    assert np.allclose(made["p_Adelie"], tested["p_Adelie"], atol=1e-5)


def test_absent_columns_and_unseen_categories_are_predicted_and_named(
    from_url, tmp_path
):
    (tmp_path / "few.csv").write_text("island,bill_length_mm\nAtlantis,40\nBiscoe,NA\n")
    ended = predict(from_url, tmp_path / "few.csv", "--output", tmp_path / "out.csv")
    assert ended.returncode == 0, ended.stderr
    assert "body_mass_g" in ended.stderr
    made = pl.read_csv(tmp_path / "out.csv")
    assert len(made) == 2
    assert np.allclose(made.select(pl.sum_horizontal("^p_.*$")).to_series(), 1)


def test_a_file_of_another_kind_is_one_clear_error(from_url, tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    ended = predict(from_url, tmp_path / "other.csv")
    assert ended.returncode == 1
    assert "expected some of the columns" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_submission_has_the_rows_and_columns_of_its_sample(from_url, tmp_path):
    header, *rows = PENGUINS.decode().splitlines()[:5]
    numbered = [f"id,{header}", *(f"{i},{row}" for i, row in enumerate(rows, 7))]
    numbered[-1] = numbered[-1].replace("10,", "-x9,", 1)  # exactly so, no formula here
    (tmp_path / "test.csv").write_text("\n".join(numbered))
    (tmp_path / "sample.csv").write_text("id,species\n9,x\n-x9,x\n7,x\n")
    sample = ["--submission", tmp_path / "sample.csv", "--output", tmp_path / "out.csv"]
    ended = predict(from_url, tmp_path / "test.csv", *sample)
    assert ended.returncode == 0, ended.stderr
    made = pl.read_csv(tmp_path / "out.csv", infer_schema=False)
    assert made.columns == ["id", "species"]
    assert made["id"].to_list() == ["9", "-x9", "7"]
    assert set(made["species"]) <= {"Adelie", "Chinstrap", "Gentoo"}
    (tmp_path / "sample.csv").write_text("id,species\n99,x\n")
    ended = predict(from_url, tmp_path / "test.csv", *sample)
    assert ended.returncode == 1
    assert "found 1 of 1 absent" in ended.stderr


def test_a_submission_needs_columns_to_fill_and_keys_that_come_once(from_url, tmp_path):
    header, *rows = PENGUINS.decode().splitlines()[:3]
    numbered = [f"id,{header}", *(f"7,{row}" for row in rows)]
    (tmp_path / "test.csv").write_text("\n".join(numbered))
    for sample, said in (
        ("id\n7\n", "expected a column to fill beside 'id'"),
        ("id,species\n7,x\n", "expected each 'id' once in the new file, found 1"),
    ):
        (tmp_path / "sample.csv").write_text(sample)
        arguments = ["--submission", tmp_path / "sample.csv"]
        ended = predict(from_url, tmp_path / "test.csv", *arguments)
        assert ended.returncode == 1
        assert said in ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_checkpoint_is_not_applied_through_another_encoder(from_url, tmp_path):
    (tmp_path / "new.csv").write_bytes(PENGUINS)
    path = from_url / "dataloader.py"
    text = path.read_text()
    assert "\nSEED = 0" in text
    path.write_text(text.replace("\nSEED = 0", "\nSEED = 1"))
    ended = predict(from_url, tmp_path / "new.csv")
    path.write_text(text)
    assert ended.returncode == 1
    assert "expected the encoder that run 00" in ended.stderr
    assert predict(from_url, tmp_path / "new.csv").returncode == 0


def test_a_changed_file_upstream_is_refused(from_url):
    raw = from_url / "data/raw/penguins.csv"
    expected = hashlib.sha256(PENGUINS).hexdigest()
    assert expected in (from_url / "dataloader.py").read_text()
    raw.write_bytes(PENGUINS + b"Adelie,Dream,1,1,1,1,male,2007\n")
    shutil.rmtree(from_url / "data/prepared")
    ended = subprocess.run(
        [sys.executable, "train.py", "--fresh"],
        cwd=from_url,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    results = json.loads((from_url / "results.json").read_text())
    assert (results["status"], results["failure"]["stage"]) == ("failed", "data")
    assert "None" in results["failure"]["error"]  # how to accept the new file
