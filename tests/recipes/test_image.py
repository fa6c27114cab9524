"""Images of every kind to batches, and a model of them to predictions."""

import json
import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch
from PIL import Image
from tests.recipes.experiment import HOME, Experiment

from labwright.inline import inline
from labwright.write.files import read_recipe

AS_NUMBERS = {
    "split_stratified": "split_random",
    "read_classes": "read_numbers",
    "fit_classes": "fit_numbers",
    "encode_classes": "encode_numbers",
    "decode_classes": "decode_numbers",
    "columns_of_classes": "columns_of_numbers",
    "more_about_classes": "more_about_numbers",
    "accuracy": "rmse",
}
NUMBERS = {
    "TARGETS": ["level"],
    "TARGETS_ARE_NUMBERS": True,
    "CLASSES": [],
    "SPLIT_COLUMN": None,
    "TASK_TYPE": "regression",
    "LOSS": "mse",
    "METRIC": "rmse",
    "HIGHER_IS_BETTER": False,
}
MADE = {"keep_pixels": "count_pixels", "kept_pixels": "made_pixels"}
SMALL = {
    "SOURCE": ".",
    "FILES": {"table.csv": None, "pictures/": None},
    "TABLES": ["table.csv"],
    "TARGETS": ["kind"],
    "CLASSES": ["dark", "light"],
    "SPLIT_COLUMN": "kind",
    "HEIGHT": 8,
    "WIDTH": 12,
    "CHANNELS": 3,
    "PATCH": 2,
    "RIM": 1,
    "D_MODEL": 16,
    "NUM_LAYERS": 1,
    "MAX_EPOCHS": 4,
    "BATCH_SIZE": 8,
    "LEARNING_RATE": 3e-3,
    "DRAWS": 50,
}
MODES = ("L", "RGB", "RGBA", "P", "1", "LA")


class Images(Experiment):
    """An experiment on a table of images below `workspace`."""

    def __init__(self, workspace, values=None, names=None):
        self.folder = workspace / "experiments" / "small"
        self.folder.mkdir(parents=True)
        for module in read_recipe("image"):
            text = inline(module, SMALL | (values or {}), names or {})
            (self.folder / f"{module.name}.py").write_text(text)
        shutil.copy(HOME / "base_model.py", self.folder / "model.py")

    def parts(self, batch_size=8, num_workers=0):
        return self.load("dataloader").get_dataloaders(batch_size, num_workers)


def write_images(workspace: Path, count=48) -> pl.DataFrame:
    """Dark and light images of many sizes, modes and formats."""
    rng = np.random.default_rng(0)
    (workspace / "pictures").mkdir(parents=True)
    rows = []
    for number in range(count):
        level = int(rng.integers(10, 90) if number % 2 else rng.integers(150, 240))
        height, width = ((8, 12), (16, 24), (8, 8), (30, 12))[number // 2 % 4]
        noise = rng.normal(level, 8, (height, width, 3)).clip(0, 255)
        image = Image.fromarray(noise.astype(np.uint8)).convert(MODES[number // 2 % 6])
        suffix = ("png", "gif", "webp")[number // 2 % 3]
        name = f"pictures/{number:02}.{suffix}"
        image.convert("RGB" if suffix == "webp" else image.mode).save(workspace / name)
        rows.append({"file": name, "kind": "dark" if number % 2 else "light"})
        rows[-1]["level"] = level
    table = pl.DataFrame(rows)
    table.write_csv(workspace / "table.csv")
    return table


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A workspace with images, to be copied from."""
    folder = tmp_path_factory.mktemp("images")
    write_images(folder)
    return folder


@pytest.fixture
def workspace(home, tmp_path):
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    return tmp_path


def whole(rows) -> dict[str, torch.Tensor]:
    return rows[torch.arange(len(rows))]


def test_images_of_every_kind_become_batches(workspace):
    loaders = Images(workspace).parts()
    assert sum(len(loader.dataset) for loader in loaders) == 48
    for loader in loaders:
        assert loader.dataset.model_arguments["kind"] == "vectors"
        for batch in loader:
            input, mask = batch["input"], batch["mask"]
            assert input.dtype == torch.float32 and mask.dtype == torch.bool
            assert input.shape == (*mask.shape, loader.dataset.input_dim)
            assert mask.shape[1] == 24
            assert input.isfinite().all() and (input[~mask] == 0).all()
    batch = whole(loaders[0].dataset)
    assert not batch["mask"].all()  # of those with another form
    assert batch["mask"].any(dim=1).all()


def test_pixels_have_mean_zero_and_spread_one_within_training_images(workspace):
    experiment = Images(workspace)
    rows = experiment.parts()[0].dataset
    pixels = sys.modules["pixels"]
    values = pixels.scaled(
        rows.pixels(torch.arange(len(rows))), rows.boxes, rows.encoder["pixels"]
    )
    inside = pixels.inside_of(rows.boxes, 8, 12)
    for channel in range(3):
        known = values[:, channel][inside]
        assert abs(float(known.mean())) < 1e-3
        assert abs(float(known.std()) - 1) < 1e-2
    assert (values[:, 0][~inside] == 0).all()


def test_made_pixels_are_those_that_are_kept(workspace):
    kept = Images(workspace).parts()
    other = workspace / "other"
    made = Images(other, names=MADE)
    shutil.copy(workspace / "table.csv", other)
    shutil.copytree(workspace / "pictures", other / "pictures")
    for one, two in zip(kept, made.parts(), strict=True):
        assert one.dataset.encoder == two.dataset.encoder
        first, second = whole(one.dataset), whole(two.dataset)
        assert all(torch.equal(first[key], second[key]) for key in first)
    assert not list(made.folder.rglob("*_pixels.npy"))


def test_what_is_displaced_belongs_to_seed_epoch_and_row(workspace):
    experiment = Images(workspace)
    train = experiment.parts()[0]

    def inputs(loader, epoch):
        loader.set_epoch(epoch)
        batches = list(loader)
        order = torch.cat([batch["row"] for batch in batches]).argsort()
        return torch.cat([batch["input"] for batch in batches])[order]

    first, again, other = inputs(train, 0), inputs(train, 0), inputs(train, 1)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    stored = whole(train.dataset)
    assert not torch.equal(stored["input"], first)
    assert (first[~stored["mask"]] == 0).all()
    workers = experiment.parts(num_workers=2)[0]
    assert torch.equal(inputs(workers, 1), other)
    small = experiment.parts(batch_size=3)[0]
    assert torch.allclose(inputs(small, 1), other, atol=1e-5)
    _, val, _ = experiment.parts()
    batches = torch.cat([batch["input"] for batch in val])
    assert torch.equal(batches, whole(val.dataset)["input"])


def test_the_scale_is_of_training_rows_and_made_again(workspace):
    experiment = Images(workspace)
    module = experiment.load("dataloader")
    train, val, test = (each.dataset for each in module.get_dataloaders(8, 0))
    assert module.refit(train) == train.encoder
    assert module.refit(val)["pixels"] != train.encoder["pixels"]
    for rows in (train, val, test):
        chosen = torch.tensor([len(rows) - 1, 0, 2])
        stored, again = rows[chosen], module.encode_again(rows, chosen)
        assert set(again) == {"input", "mask"}
        assert all(torch.equal(stored[key], again[key]) for key in again)


def test_broken_images_are_named_and_left_out(workspace, capsys):
    (workspace / "pictures/00.png").write_bytes(b"<html>")
    (workspace / "pictures/07.png").unlink()
    loaders = Images(workspace, {"MAX_BROKEN": 0.05}).parts()
    assert sum(len(loader.dataset) for loader in loaders) == 46
    said = capsys.readouterr().err
    assert "2 of 48 images cannot be read" in said
    assert "00.png (no image)" in said and "07.png" in said
    ids = np.concatenate([loader.dataset.ids for loader in loaders])
    assert sorted({*range(48)} - {*ids.tolist()}) == [0, 7]


def test_too_many_broken_images_are_an_error(workspace):
    (workspace / "pictures/00.png").write_bytes(b"<html>")
    with pytest.raises(ValueError, match="1 of 48 images cannot be read"):
        Images(workspace, {"MAX_BROKEN": 0.01}).parts()


def test_images_in_a_folder_of_their_own(workspace):
    """A table names images by their names alone, and they lie in an archive."""
    shutil.make_archive(str(workspace / "pictures"), "zip", workspace / "pictures")
    table = pl.read_csv(workspace / "table.csv")
    table = table.with_columns(pl.col("file").str.extract(r"(\d+)"))
    table.write_csv(workspace / "table.csv")
    values = {
        "FILES": {"table.csv": None, "pictures.zip": None},
        "FOLDERS": ["pictures.zip/"],
    }
    loaders = Images(workspace, values, {"keep_files": "unpack_zip"}).parts()
    assert sum(len(loader.dataset) for loader in loaders) == 48
    paths = loaders[0].dataset.table["(path)"]
    assert paths.str.starts_with("unpacked/pictures.zip/").all()


def test_images_inside_a_table(workspace):
    table = pl.read_csv(workspace / "table.csv")
    files = [(workspace / name).read_bytes() for name in table["file"]]
    cells = [{"bytes": content, "path": None} for content in files]
    table = table.select("kind", pl.Series("image", cells))
    table.write_parquet(workspace / "table.parquet")
    values = {
        "IMAGE": "image",
        "IDENTIFIERS": [],
        "EQUAL_IN": ["image.sha256"],
        "FILES": {"table.parquet": None},
        "TABLES": ["table.parquet"],
        "READING": {},
    }
    experiment = Images(workspace, values, {"read_csv": "read_parquet"})
    module = experiment.load("dataloader")
    train = module.get_dataloaders(8, 0)[0].dataset
    assert train.table.columns[:2] == ["image.sha256", "kind"]
    chosen = torch.arange(5)
    again = module.encode_again(train, chosen)
    assert torch.equal(train[chosen]["input"], again["input"])


@pytest.mark.parametrize("form", ["classes", "numbers"])
def test_baselines_predict_in_the_metric_s_form(workspace, form):
    values, names = (NUMBERS, AS_NUMBERS) if form == "numbers" else ({}, {})
    experiment = Images(workspace, values, names)
    experiment.load("baselines")
    module = sys.modules["baselines"]
    loaders = sys.modules["dataloader"].get_dataloaders(8, 0)
    train, val, test = (loader.dataset for loader in loaders)
    made = module.predict_baselines(train, val, test, "rmse")
    constant, linear = made
    assert linear == "linear on pixels"
    for each in made.values():
        assert each["test"].shape == (len(test), test.output_dim)
    if form == "classes":
        assert (made[linear]["test"].argmax(axis=1) == test.truth).mean() > 0.7
    else:
        assert constant == "mean"
        errors = {
            name: np.abs(each["test"] - test.truth).mean()
            for name, each in made.items()
        }
        assert errors[linear] < errors[constant]


def test_storage_that_gives_the_class_away_is_found(workspace):
    table = pl.read_csv(workspace / "table.csv")
    for name, kind in table.select("file", "kind").iter_rows():
        image = Image.open(workspace / name).convert("RGB")
        image.resize((8, 8 if kind == "dark" else 10)).save(workspace / name)
    experiment = Images(workspace)
    insights = experiment.load("insights")
    train = sys.modules["dataloader"].get_dataloaders(8, 0)[0].dataset
    found = {each["column"]: each for each in insights.leak_scan(train)}
    assert found["height of the image"]["measure"] == "one-to-one"


def test_importance_names_the_region_that_is_looked_at(workspace):
    experiment = Images(workspace)
    insights = experiment.load("insights")
    val = sys.modules["dataloader"].get_dataloaders(8, 0)[1].dataset

    class Corner(insights.lightning.LightningModule):
        """Looks at the middle of the canvas, and nowhere else."""

        def forward(self, input, mask):
            seen = input.view(len(input), 4, 6, -1)[:, 2, 2:4, :48].sum(dim=(1, 2))
            return torch.stack([0 * seen, seen], dim=1)

    found = insights.importance(Corner(), val)
    assert len(found) == 9
    assert found[0]["column"] == "middle centre" and found[0]["drop"] > 0
    assert all(each["drop"] == 0 for each in found[1:])


def test_from_training_to_predictions_of_new_images(workspace, monkeypatch):
    experiment = Images(workspace)
    assert experiment.train() == 0
    results = experiment.results
    assert results["status"] == "completed"
    assert {*results["baselines"]} == {"majority", "linear on pixels"}
    predictions = pl.read_parquet(experiment.run() / "predictions.parquet")
    assert predictions.columns[:3] == ["row", "target", "file"]
    shown = json.loads((experiment.run() / "examples.json").read_text())["images"]
    assert len(shown) == len(predictions)
    assert [each["right"] for each in shown] == sorted(each["right"] for each in shown)

    new = workspace / "new"
    (new / "deep").mkdir(parents=True)
    Image.fromarray(np.full((9, 9), 20, np.uint8)).save(new / "a.png")
    Image.fromarray(np.full((40, 80, 3), 220, np.uint8)).save(new / "deep/b.jpg")
    (new / "deep/c.png").write_bytes(b"broken")
    (new / "notes.txt").write_text("no image")
    with zipfile.ZipFile(workspace / "new.zip", "w") as archive:
        for path in new.rglob("*.*"):
            archive.write(path, path.relative_to(new).as_posix())
    outputs = {}
    for given in ("new/a.png", "new", "new.zip", "table.csv"):
        predict = experiment.load("predict")
        monkeypatch.setattr(sys, "argv", ["predict.py", str(workspace / given)])
        assert predict.main() == 0
        name = Path(given).stem
        outputs[given] = pl.read_csv(experiment.folder / f"predictions/{name}.csv")
    one, folder, archive = (outputs[each] for each in list(outputs)[:3])
    assert one["file"].to_list() == ["a.png"]
    assert folder["file"].to_list() == ["a.png", "deep/b.jpg", "deep/c.png"]
    assert folder["prediction"][2] is None and folder["prediction"][0] is not None
    assert folder["p_dark"][0] == pytest.approx(one["p_dark"][0], abs=1e-5)
    assert archive.sort("file").equals(folder)
    table = outputs["table.csv"]
    both = table.join(predictions, on="file", suffix="_then")
    assert len(table) == 48 and len(both) == len(predictions)
    assert np.allclose(both["p_dark"], both["p_dark_then"], atol=1e-4)
