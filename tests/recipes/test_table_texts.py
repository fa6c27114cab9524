"""A table whose text alone decides the class, trained in this process."""

import subprocess
import sys

import pytest
from tests.plan.test_text_columns import FRAME
from tests.recipes.experiment import Experiment

from labwright.inline import inline
from labwright.write.files import read_recipe

VALUES = {
    "FILES": {"example.csv": None},
    "TARGETS": ["grade"],
    "CLASSES": ["bad", "good"],
    "NUMBERS": ["size0", "size1"],
    "CATEGORIES": [],
    "TEXTS": ["note"],
    "SPLIT_COLUMN": "grade",
    "TEXT_NUMBERS": 8,
    "MAX_EPOCHS": 15,
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    workspace = tmp_path_factory.mktemp("texts")
    experiment = Experiment(workspace, VALUES, table=FRAME.write_csv())
    for module in read_recipe("table", ("table_texts",)):
        text = inline(module, VALUES, {})
        if module.name == "features":
            (experiment.folder / "features.py").write_text(text)
    assert experiment.train() == 0
    return experiment


def test_model_and_baselines_learn_from_the_text(trained):
    results = trained.results
    baselines = {name: found["test"] for name, found in results["baselines"].items()}
    assert results["metric"]["test"] > baselines["majority"] + 0.2
    assert baselines["linear"] > baselines["majority"] + 0.2
    assert baselines["gradient boosting"] > baselines["majority"] + 0.2


def test_importance_is_of_the_text_as_a_whole(trained):
    drops = {each["column"]: each["drop"] for each in trained.results["importance"]}
    assert drops.keys() == {"size0", "size1", "note"}
    assert max(drops, key=drops.get) == "note"


def test_the_encoder_is_fitted_again_to_the_same(trained):
    dataloader = trained.load("dataloader")
    train, val, _ = dataloader.get_dataloaders(num_workers=0)
    rows = train.dataset
    assert dataloader.json.loads(dataloader.json.dumps(dataloader.refit(rows))) == (
        rows.encoder
    )
    chosen = dataloader.torch.arange(0, len(val.dataset), 3)
    again = dataloader.encode_again(val.dataset, chosen)
    assert again["input"].shape[1] == 10
    assert dataloader.torch.equal(again["input"], val.dataset[chosen]["input"])


def test_new_rows_with_and_without_the_text(trained):
    for name, table in ("new", FRAME.head(9)), ("less", FRAME.head(9).drop("note")):
        path = trained.folder / f"{name}.csv"
        table.drop("grade").write_csv(path)
        command = [sys.executable, "predict.py", path.name]
        done = subprocess.run(
            command, cwd=trained.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "rows: 9" in done.stdout


def test_ruff_leaves_the_files_untouched(trained):
    for command in (["format", "--diff"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", "."],
            cwd=trained.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
