"""Sounds of every kind to batches, and a model of them to predictions."""

import json
import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import soundfile
import torch
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
    "TARGETS": ["pitch"],
    "TARGETS_ARE_NUMBERS": True,
    "CLASSES": [],
    "SPLIT_COLUMN": None,
    "TASK_TYPE": "regression",
    "LOSS": "mse",
    "METRIC": "rmse",
    "HIGHER_IS_BETTER": False,
}
MADE = {"keep_frames": "count_frames", "kept_frames": "made_frames"}
SMALL = {
    "SOURCE": "sounds.csv",
    "FILES": {"sounds.csv": None, "sounds/": None},
    "TABLES": ["sounds.csv"],
    "TARGETS": ["kind"],
    "CLASSES": ["high", "low"],
    "SPLIT_COLUMN": "kind",
    "D_MODEL": 16,
    "NUM_LAYERS": 1,
    "MAX_EPOCHS": 4,
    "BATCH_SIZE": 8,
    "LEARNING_RATE": 3e-3,
    "DRAWS": 50,
    "BANDS": 40,
}


class Sounds(Experiment):
    """An experiment on a table of sounds below `workspace`."""

    def __init__(self, workspace, values=None, names=None):
        self.folder = workspace / "experiments" / "small"
        self.folder.mkdir(parents=True)
        for module in read_recipe("audio"):
            text = inline(module, SMALL | (values or {}), names or {})
            (self.folder / f"{module.name}.py").write_text(text)
        shutil.copy(HOME / "base_model.py", self.folder / "model.py")

    def parts(self, batch_size=8, num_workers=0):
        return self.load("dataloader").get_dataloaders(batch_size, num_workers)


def tone(hertz, seconds, rate):
    time = np.arange(max(1, round(seconds * rate))) / rate
    return 0.4 * np.sin(2 * np.pi * hertz * time)


def write_sounds(workspace: Path, count=40) -> pl.DataFrame:
    """Tones of many rates, lengths, channels and formats; some of them silent."""
    rng = np.random.default_rng(0)
    (workspace / "sounds").mkdir(parents=True)
    rows = []
    for number in range(count):
        pitch = float(rng.uniform(300, 900) if number % 2 else rng.uniform(1200, 3000))
        rate = (8_000, 8_000, 11_025, 16_000, 44_100)[number % 5]
        seconds = 0.1 if number % 7 == 0 else float(rng.uniform(0.2, 2.0))
        sound = tone(pitch, seconds, rate) + rng.normal(0, 0.01, round(seconds * rate))
        if number % 9 == 4:
            sound = np.zeros_like(sound)
        if number % 4 == 3:
            sound = np.stack([sound, 0.5 * sound], axis=1)
        suffix = ("wav", "flac", "ogg", "mp3")[number // 2 % 4]
        name = f"sounds/{number:02}.{suffix}"
        soundfile.write(workspace / name, sound, rate)
        rows.append({"file": name, "kind": "low" if number % 2 else "high"})
        rows[-1]["pitch"] = round(pitch, 1)
    table = pl.DataFrame(rows)
    table.write_csv(workspace / "sounds.csv")
    return table


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A workspace with sounds, to be copied from."""
    folder = tmp_path_factory.mktemp("sounds")
    write_sounds(folder)
    return folder


@pytest.fixture
def workspace(home, tmp_path):
    shutil.copytree(home, tmp_path, dirs_exist_ok=True)
    return tmp_path


def whole(rows) -> dict[str, torch.Tensor]:
    return rows[torch.arange(len(rows))]


def test_sounds_of_every_kind_become_batches(workspace):
    loaders = Sounds(workspace).parts()
    assert sum(len(loader.dataset) for loader in loaders) == 40
    for loader in loaders:
        assert loader.dataset.model_arguments["kind"] == "vectors"
        for batch in loader:
            input, mask = batch["input"], batch["mask"]
            assert input.dtype == torch.float32 and mask.dtype == torch.bool
            assert input.shape == (*mask.shape, 40)
            assert input.isfinite().all() and (input[~mask] == 0).all()
            assert batch["target"].dtype == torch.int64
    train = whole(loaders[0].dataset)
    known = train["input"][train["mask"]]
    assert float(known.mean().abs()) < 0.02 and 0.9 < float(known.std()) < 1.1
    lengths = loaders[0].dataset.lengths
    assert int(lengths.min()) == 1 + 800 // 128
    assert 100 < int(lengths.max()) <= 1 + 16_000 // 128


def test_a_class_is_heard_whatever_the_file(workspace):
    """What a tone sounds like does not depend on the rate or the format it is stored in."""
    rows = Sounds(workspace).parts()[0].dataset
    table, batch = rows.table, whole(rows)
    loud = (table["(loudness)"] > -30).to_numpy()
    assert 0 < loud.sum() < len(rows)
    assert set(table["(rate)"]) == {8_000, 11_025, 16_000, 44_100}
    assert set(table["(channels)"]) == {1, 2}
    mel = rows.encoder["bands"]
    decibels = batch["input"] * torch.tensor(mel["spread"]) + torch.tensor(mel["mean"])
    tops = (decibels * batch["mask"][:, :, None]).sum(dim=1).argmax(dim=1)
    high = torch.from_numpy((table["kind"] == "high").to_numpy() & loud)
    low = torch.from_numpy((table["kind"] == "low").to_numpy() & loud)
    assert int(tops[low].max()) < int(tops[high].min())


def test_long_sounds_are_cut_and_pooled(workspace):
    rows = Sounds(workspace, {"MAX_SECONDS": 1.0, "SPECTRA": 4}).parts()[0].dataset
    assert int(rows.lengths.max()) == -(-(1 + 8_000 // 128) // 4)
    assert rows.table["(duration)"].max() > 1.0


def test_validation_and_test_lie_by_length(workspace):
    _, val, test = Sounds(workspace).parts()
    for loader in (val, test):
        lengths = loader.dataset.lengths
        assert torch.equal(lengths, lengths.sort().values)
        assert not np.array_equal(loader.dataset.ids, np.sort(loader.dataset.ids))


def test_made_frames_are_those_that_are_kept(workspace):
    kept = Sounds(workspace).parts()
    made = Sounds(workspace / "other", names=MADE)
    shutil.copy(workspace / "sounds.csv", workspace / "other")
    shutil.copytree(workspace / "sounds", workspace / "other/sounds")
    for one, other in zip(kept, made.parts(), strict=True):
        assert torch.equal(one.dataset.lengths, other.dataset.lengths)
        assert one.dataset.encoder == other.dataset.encoder
        first, second = whole(one.dataset), whole(other.dataset)
        assert all(torch.equal(first[key], second[key]) for key in first)
    assert not list(made.folder.rglob("train_frames.npy")) or (
        max(p.stat().st_size for p in made.folder.rglob("*_frames.npy")) < 1000
    )


def test_sounds_anywhere_are_found_by_name(workspace):
    near = Sounds(workspace).parts()
    far = workspace / "far"
    (far / "a/b").mkdir(parents=True)
    table = pl.read_csv(workspace / "sounds.csv")
    names = pl.col("file").str.strip_prefix("sounds/")
    table.with_columns(names).write_csv(far / "sounds.csv")
    shutil.copytree(workspace / "sounds", far / "a/b/sounds")
    values = {"FILES": {"sounds.csv": None, "a/": None}, "FOLDERS": ["a/b/sounds/"]}
    for one, other in zip(near, Sounds(far, values).parts(), strict=True):
        assert torch.equal(one.dataset.lengths, other.dataset.lengths)


def test_sounds_in_a_table_are_read_as_those_of_files(workspace):
    near = Sounds(workspace).parts()
    far = workspace / "far"
    far.mkdir()
    table = pl.read_csv(workspace / "sounds.csv")
    stored = [
        {"bytes": (workspace / name).read_bytes(), "path": None}
        for name in table["file"]
    ]
    schema = pl.Struct({"bytes": pl.Binary, "path": pl.String})
    table.with_columns(sound=pl.Series(stored, dtype=schema)).write_parquet(
        far / "sounds.parquet"
    )
    values = {
        "SOURCE": "sounds.parquet",
        "FILES": {"sounds.parquet": None},
        "TABLES": ["sounds.parquet"],
        "READING": {},
        "SOUND": "sound",
        "EQUAL_IN": ["sound.sha256"],
        "IDENTIFIERS": [],
    }
    experiment = Sounds(far, values, {"read_csv": "read_parquet"})
    loaders = experiment.parts()
    module = sys.modules["dataloader"]
    for one, other in zip(near, loaders, strict=True):
        first, second = whole(one.dataset), whole(other.dataset)
        assert torch.equal(first["input"], second["input"])
        rows = other.dataset
        again = module.encode_again(rows, torch.tensor([1, 0]))
        assert torch.equal(again["input"], rows[torch.tensor([1, 0])]["input"])


def test_what_is_hidden_belongs_to_seed_epoch_and_row(workspace):
    experiment = Sounds(workspace)
    train = experiment.parts()[0]

    def inputs(loader, epoch):
        loader.set_epoch(epoch)
        batches = list(loader)
        order = torch.cat([batch["row"] for batch in batches]).argsort()
        sums = torch.cat([batch["input"].abs().sum(dim=(1, 2)) for batch in batches])
        return sums[order]

    first, again, other = inputs(train, 0), inputs(train, 0), inputs(train, 1)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    stored = whole(train.dataset)["input"].abs().sum(dim=(1, 2))
    assert (first <= stored + 1e-2).all() and (first < stored - 1).any()
    workers = experiment.parts(num_workers=2)[0]
    assert torch.equal(inputs(workers, 0), first)  # the same worker processes ...
    assert torch.equal(inputs(workers, 1), other)  # ... know that an epoch has passed
    small = experiment.parts(batch_size=3)[0]
    assert torch.allclose(inputs(small, 1), other, rtol=1e-5)


def test_the_scale_is_of_training_rows_and_made_again(workspace):
    experiment = Sounds(workspace)
    module = experiment.load("dataloader")
    train, val, test = (each.dataset for each in module.get_dataloaders(8, 0))
    assert module.refit(train) == train.encoder
    assert module.refit(val)["bands"] != train.encoder["bands"]
    for rows in (train, val, test):
        chosen = torch.tensor([len(rows) - 1, 0, 2])
        stored, again = rows[chosen], module.encode_again(rows, chosen)
        assert set(again) == {"input", "mask"}
        assert all(torch.equal(stored[key], again[key]) for key in again)


def test_broken_sounds_are_named_and_left_out(workspace, capsys):
    (workspace / "sounds/05.ogg").write_bytes(b"no sound")
    (workspace / "sounds/08.wav").unlink()
    loaders = Sounds(workspace, {"MAX_BROKEN": 0.05}).parts()
    assert sum(len(loader.dataset) for loader in loaders) == 38
    said = capsys.readouterr().err
    assert "2 of 40 sounds cannot be read" in said
    assert "05.ogg (no sound that can be read" in said and "08.wav" in said
    ids = np.concatenate([loader.dataset.ids for loader in loaders])
    assert sorted({*range(40)} - {*ids.tolist()}) == [5, 8]


def test_too_many_broken_sounds_are_an_error(workspace):
    (workspace / "sounds/05.ogg").write_bytes(b"no sound")
    with pytest.raises(ValueError, match="1 of 40 sounds cannot be read"):
        Sounds(workspace, {"MAX_BROKEN": 0.01}).parts()
    assert not list((workspace / "experiments/small/data/prepared").iterdir())


@pytest.mark.parametrize("form", ["classes", "numbers"])
def test_baselines_predict_in_the_metric_s_form(workspace, form):
    values, names = (NUMBERS, AS_NUMBERS) if form == "numbers" else ({}, {})
    experiment = Sounds(workspace, values, names)
    train, val, test = (each.dataset for each in experiment.parts())
    module = experiment.load("baselines")
    train, val, test = (
        each.dataset for each in sys.modules["dataloader"].get_dataloaders(8, 0)
    )
    made = module.predict_baselines(train, val, test, "rmse")
    constant, linear = made
    assert linear == "linear on mean spectra"
    for each in made.values():
        assert each["test"].shape == (len(test), test.output_dim)
    loud = (test.table["(loudness)"] > -30).to_numpy()
    if form == "classes":
        hits = (made[linear]["test"].argmax(axis=1) == test.truth)[loud]
        assert hits.mean() > 0.7
    else:
        assert constant == "mean"
        errors = {
            name: np.abs(each["test"] - test.truth)[loud].mean()
            for name, each in made.items()
        }
        assert errors[linear] < 0.7 * errors[constant]


def test_recording_that_gives_the_class_away_is_found(workspace):
    table = pl.read_csv(workspace / "sounds.csv")
    for name, kind in table.select("file", "kind").iter_rows():
        rate = 8_000 if kind == "low" else 16_000
        soundfile.write(workspace / name, tone(440, 0.3, rate), rate)
    experiment = Sounds(workspace)
    insights = experiment.load("insights")
    train = sys.modules["dataloader"].get_dataloaders(8, 0)[0].dataset
    (found,) = (f for f in insights.leak_scan(train) if "second" in f["column"])
    assert found == {"column": "samples a second", "measure": "one-to-one", "figure": 1}


def test_importance_names_the_pitches_that_are_heard(workspace):
    experiment = Sounds(workspace)
    insights = experiment.load("insights")
    val = sys.modules["dataloader"].get_dataloaders(8, 0)[1].dataset

    class Ears(insights.lightning.LightningModule):
        """Hears the lowest eighth of the bands, and nothing else."""

        def forward(self, input, mask):
            low = input[:, :, :5].sum(dim=(1, 2)) / mask.sum(dim=1)
            return torch.stack([torch.zeros_like(low), low - low.median()], dim=1)

    found = insights.importance(Ears(), val)
    assert len(found) == insights.GROUPS
    assert all(entry["drop"] == 0 for entry in found if "20 to" not in entry["column"])
    edges = sorted(int(f["column"].split()[0].replace(",", "")) for f in found)
    assert edges[0] == 20 and len({*edges}) == insights.GROUPS


def test_from_training_to_predictions_of_new_sounds(workspace, monkeypatch):
    experiment = Sounds(workspace)
    assert experiment.train() == 0
    results = experiment.results
    assert results["status"] == "completed"
    assert {*results["baselines"]} == {"majority", "linear on mean spectra"}
    assert len(results["importance"]) == 8
    predictions = pl.read_parquet(experiment.run() / "predictions.parquet")
    assert predictions.columns[:3] == ["row", "target", "file"]
    examples = json.loads((experiment.run() / "examples.json").read_text())
    shown = examples["sounds"]
    assert len(shown) == len(predictions) and examples["hertz"] == [20, 4000]
    assert [each["right"] for each in shown] == sorted(each["right"] for each in shown)
    assert (experiment.run() / "examples.json").stat().st_size < 200_000

    new = workspace / "new"
    (new / "deep").mkdir(parents=True)
    soundfile.write(new / "a.flac", tone(500, 0.2, 22_050), 22_050)
    soundfile.write(new / "deep/b.ogg", tone(2500, 5.0, 48_000), 48_000)
    (new / "deep/c.wav").write_bytes(b"broken")
    (new / "notes.txt").write_text("no sound")
    with zipfile.ZipFile(workspace / "new.zip", "w") as archive:
        for path in new.rglob("*.*"):
            archive.write(path, path.relative_to(new).as_posix())
    outputs = {}
    for given in ("new/a.flac", "new", "new.zip", "sounds.csv"):
        predict = experiment.load("predict")
        monkeypatch.setattr(sys, "argv", ["predict.py", str(workspace / given)])
        assert predict.main() == 0
        name = Path(given).stem
        outputs[given] = pl.read_csv(experiment.folder / f"predictions/{name}.csv")
    one, folder, archive = (outputs[each] for each in list(outputs)[:3])
    assert one["file"].to_list() == ["a.flac"]
    assert folder["file"].to_list() == ["a.flac", "deep/b.ogg", "deep/c.wav"]
    assert folder["prediction"][2] is None and folder["prediction"][1] in (
        "high",
        "low",
    )
    assert folder["p_low"][0] == pytest.approx(one["p_low"][0], abs=1e-5)
    assert archive.sort("file").equals(folder)
    table = outputs["sounds.csv"]
    both = table.join(predictions, on="file", suffix="_then")
    assert len(table) == 40 and len(both) == len(predictions)
    assert np.allclose(both["p_low"], both["p_low_then"], atol=1e-5)
