"""Texts that a frozen encoder reads: from the task to new texts, without a network."""

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from labwright.generate import Request, generate
from tests.regenerate_golden import ENCODER, EXAMPLES

OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
NEEDED = {"config.json", "tokenizer.json", "model.safetensors"}


def finish(folder: Path, *command: str) -> str:
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ | OFFLINE,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """An experiment on 120 texts, checked, and trained for an epoch."""
    work = tmp_path_factory.mktemp("pretrained")
    (work / "experiments").mkdir()
    (work / "encoder").symlink_to(ENCODER)
    texts = pl.read_csv(EXAMPLES / "text" / "docstrings.csv")
    texts.gather_every(5, 0).vstack(texts.gather_every(5, 2)).write_csv(
        work / "some.csv"
    )
    task = json.loads((EXAMPLES / "text" / "task.json").read_text()) | {
        "data_sources": [{"type": "local", "identifier": "some.csv"}],
        "pretrained": "encoder",
    }
    (work / "experiments" / "next_task.json").write_text(json.dumps(task))
    made = generate(Request(work / "experiments", progress=False), checked=False)
    finish(made.folder, "check.py")
    finish(made.folder, "train.py", "--epochs", "1")
    return made.folder


def test_only_files_that_are_read_are_taken_and_each_is_pinned(trained):
    constants = json.loads((trained / "plan.json").read_text())["constants"]
    assert constants["PRETRAINED_FILES"].keys() == NEEDED
    assert all(len(sha256) == 64 for sha256 in constants["PRETRAINED_FILES"].values())
    taken = {path.name for path in (trained / "data/raw/.pretrained").rglob("*.*")}
    assert taken == NEEDED


def test_the_plan_says_what_the_vectors_take(trained):
    decisions = json.loads((trained / "plan.json").read_text())["decisions"]
    said = " ".join(f"{each['subject']} {each['reason']}" for each in decisions)
    assert "MB" in said and "encoder" in said


def test_it_is_held_against_the_mean_vector_as_well(trained):
    results = json.loads((trained / "results.json").read_text())
    assert results["status"] == "completed"
    figures = {name: each["test"] for name, each in results["baselines"].items()}
    assert figures.keys() == {"majority", "linear on TF-IDF", "linear on mean vector"}
    assert figures["linear on mean vector"] > figures["majority"] + 0.2


def test_new_texts_are_predicted_as_the_test_part_was(trained):
    tested = pl.read_parquet(max(trained.glob("runs/*/predictions.parquet")))
    texts = pl.read_csv(trained.parents[1] / "some.csv")
    texts[tested["row"]].drop("package").write_csv(trained / "new.csv")
    finish(trained, "predict.py", "new.csv")
    made = pl.read_csv(trained / "predictions" / "new.csv")
    assert made["prediction"].to_list() == tested["prediction"].to_list()


def test_other_weights_are_refused(trained):
    config = trained / "data/raw/.pretrained/config.json"
    config.unlink()
    config.write_text("{}")
    ended = subprocess.run(
        [sys.executable, "-c", "import texts; texts.encoder()"],
        cwd=trained,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "config.json" in ended.stderr and "expected" in ended.stderr
