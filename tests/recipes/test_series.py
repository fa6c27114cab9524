"""Series in every form to batches, and a model of them to predictions."""

import json
import shutil
import sys
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import torch
from tests.recipes.experiment import HOME, Experiment

from labwright.acquire import acquire
from labwright.plan import plan
from labwright.profile import profile
from labwright.recipes.series.insights import dealt
from labwright.task.model import Source, Task
from labwright.write.files import emit_recipe

SMALL = {
    "D_MODEL": 16,
    "NUM_LAYERS": 1,
    "MAX_EPOCHS": 4,
    "BATCH_SIZE": 8,
    "LEARNING_RATE": 3e-3,
    "DRAWS": 50,
    "KERNELS": 20,
}
N, C, T = 60, 2, 12
RNG = np.random.default_rng(0)
CLASSES = np.array(["slow", "fast"] * (N // 2))
# Waves in two channels, of two speeds.
WAVES = np.stack(
    [
        np.sin(
            np.arange(T) * (0.3 if kind == "slow" else 1.2) + RNG.uniform(0, 6, (C, 1))
        )
        for kind in CLASSES
    ]
).round(3)  # (N, C, T)


class Series(Experiment):
    """An experiment that is planned for the files that lie in `workspace`."""

    def __init__(self, workspace, *files, **words):
        self.folder = workspace / "experiments" / "small"
        self.folder.mkdir(parents=True)
        sources = tuple(Source(type="local", identifier=name) for name in files)
        task = Task(**({"name": "waves", "data_sources": sources} | words))
        raw = self.folder / "data" / "raw"
        found = profile(acquire(task, raw, workspace, progress=False))
        made = plan(task, found)
        self.plan = replace(made, constants=made.constants | SMALL)
        for name, text in emit_recipe(self.plan).items():
            (self.folder / name).write_text(text)
        shutil.copy(HOME / "base_model.py", self.folder / "model.py")

    def rows(self):
        loaders = self.load("dataloader").get_dataloaders(8, 0)
        return [loader.dataset for loader in loaders]

    def predict(self, path):
        module = self.load("predict")
        argv, sys.argv = sys.argv, ["predict.py", str(path)]
        try:
            assert module.main() == 0
        finally:
            sys.argv = argv
        return pl.read_csv(self.folder / "predictions" / f"{path.stem}.csv")


# ---- files of every form


def write_wide(folder):
    steps = {f"{c}{t}": WAVES[:, i, t] for i, c in enumerate("uv") for t in range(T)}
    pl.DataFrame(steps | {"speed": CLASSES}).write_csv(folder / "x.csv")


def write_long(folder):
    table = pl.DataFrame(
        {
            "trial": [f"r{i}" for i in range(N) for _ in range(T)],
            "time": [t for _ in range(N) for t in range(T)],
            "u": WAVES[:, 0].ravel(),
            "v": WAVES[:, 1].ravel(),
            "speed": CLASSES.repeat(T),
        }
    )
    table.sample(fraction=1, shuffle=True, seed=1).write_csv(folder / "x.csv")


def lists():
    channels = {name: WAVES[:, i].tolist() for i, name in enumerate("uv")}
    return pl.DataFrame(channels | {"speed": CLASSES})


def write_jsonl(folder):
    lists().write_ndjson(folder / "x.jsonl")


def write_parquet(folder):
    lists().write_parquet(folder / "x.parquet")


def write_npz(folder):
    np.savez(folder / "x.npz", X=WAVES.swapaxes(1, 2), speed=CLASSES)


FORMS = {
    "wide": (write_wide, "x.csv"),
    "long": (write_long, "x.csv"),
    "jsonl": (write_jsonl, "x.jsonl"),
    "parquet": (write_parquet, "x.parquet"),
    "npz": (write_npz, "x.npz"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_series(tmp_path, form):
    write, name = FORMS[form]
    write(tmp_path)
    made = Series(tmp_path, name, target="speed", description="Waves over time.")
    assert made.plan.recipe == "series"
    whole = np.full((N, T, C), np.nan, dtype=np.float32)
    classes = np.empty(N, dtype=CLASSES.dtype)
    for rows in made.rows():
        batch = rows[torch.arange(len(rows))]
        assert batch["mask"].all()
        scales = rows.encoder["steps"]["scales"]
        numbers = batch["input"].numpy() * scales["std"] + scales["mean"]
        order = rows.ids
        if form == "long":  # rows are numbered as their series first come
            order = [int(name[1:]) for name in rows.table["trial"]]
        whole[order] = numbers
        classes[order] = [made.plan.constants["CLASSES"][code] for code in rows.truth]
    np.testing.assert_allclose(whole, WAVES.swapaxes(1, 2), atol=1e-5)
    assert (classes == CLASSES).all()


# ---- series of unequal length, with gaps


def write_pair(folder):
    """Two files of one set; a step without a value, and a value that is absent."""
    header = (
        "@problemName waves\n@timeStamps false\n@classLabel true slow fast\n@data\n"
    )
    lines = []
    for i, kind in enumerate(CLASSES):
        cells = [[f"{v:g}" for v in channel[: 4 + i % 9]] for channel in WAVES[i]]
        cells[0][2] = "?"
        if i % 2:
            cells[1][2] = "?"
        lines.append(":".join([*(",".join(channel) for channel in cells), kind]))
    for name, some in ("TRAIN", lines[:40]), ("TEST", lines[40:]):
        (folder / f"waves_{name}.ts").write_text(header + "\n".join(some) + "\n")
    new = [line.rpartition(":")[0] for line in lines[:5]] + ["1,2,3:4"]
    unlabelled = header.replace("true slow fast", "false")
    (folder / "new.ts").write_text(unlabelled + "\n".join(new) + "\n")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("series")
    write_pair(folder)
    made = Series(folder, "waves_TRAIN.ts", "waves_TEST.ts")
    assert made.train() == 0
    return made


def test_two_files_of_one_set_are_one(trained):
    tables = sorted(trained.plan.constants["TABLES"])
    assert tables == ["waves_TEST.ts", "waves_TRAIN.ts"]
    assert sum(map(len, trained.rows())) == N


def test_gaps_and_ends_are_masked(trained):
    for rows in trained.rows():
        batch = rows[torch.arange(len(rows))]
        lengths = rows.table["dim_0"].list.len().to_numpy().astype(int)
        assert batch["input"].shape[1] == lengths.max()
        expected = torch.arange(lengths.max()) < torch.from_numpy(lengths)[:, None]
        expected[:, 2] &= torch.tensor(
            [row[2] is not None for row in rows.table["dim_1"]]
        )
        assert torch.equal(batch["mask"], expected)
        assert (batch["input"][~batch["mask"]] == 0).all()
        assert (batch["input"][:, 2, 0] == 0).all()  # absent alone
        again = trained.load("dataloader").encode_again(rows, torch.arange(len(rows)))
        assert torch.equal(again["input"], batch["input"])
        assert torch.equal(again["mask"], batch["mask"])


def test_what_is_judged_stands_in_the_order_of_length(trained):
    _, val, test = trained.rows()
    for rows in (val, test):
        assert (np.diff(rows.input.lengths) >= 0).all()


def test_results_have_baselines_and_insights(trained):
    results = trained.results
    assert results["status"] == "completed"
    assert set(results["baselines"]) == {"majority", "summaries", "random convolutions"}
    assert results["baselines"]["summaries"]["test"] > 0.6
    columns = {entry["column"] for entry in results["importance"]}
    assert {"dim_0", "dim_1", "0% to 12% of the time"} <= columns
    assert results["split"]["overlap"]["equal_rows"] == 0


def test_curves_for_the_report(trained):
    found = json.loads((trained.run() / "examples.json").read_text())
    _, _, test = trained.rows()
    assert found["channels"] == 2
    assert {group["name"] for group in found["groups"]} == {"slow", "fast"}
    assert sum(group["rows"] for group in found["groups"]) == len(test)
    assert len(found["series"]) == 6
    assert {len(one["curve"]) for one in found["series"]} == {len(found["all"])}
    predictions = pl.read_parquet(trained.run() / "predictions.parquet")
    wrong = (predictions["target"] != predictions["prediction"]).sum()
    assert sum(not one["right"] for one in found["series"]) == min(6, wrong)


def test_new_series_of_any_length_are_predicted_in_their_order(trained):
    found = trained.predict(trained.folder.parents[1] / "new.ts")
    names = [f"p_{name}" for name in trained.plan.constants["CLASSES"]]
    assert found.columns == ["prediction", *names]
    assert len(found) == 6
    # each alone, as all together
    dataloader = trained.load("dataloader")
    rows = dataloader.clean_rows(
        dataloader.read_rows(trained.folder.parents[1] / "new.ts"), judged=False
    )
    checkpoints = trained.load("checkpoints")
    model = checkpoints.trained_model(checkpoints.checkpoint_of(None)).eval()
    with torch.no_grad():
        alone = [model(*dataloader.encode_rows(rows[i]).values()) for i in range(6)]
    expected = torch.softmax(torch.cat(alone), dim=1).numpy()
    np.testing.assert_allclose(found.select(names), expected, atol=1e-5)


def test_a_file_of_another_kind_is_refused(trained, capsys):
    module = trained.load("predict")
    path = trained.folder.parents[1] / "other.ts"
    path.write_text("@problemName x\n@classLabel false\n@data\n1,2\n")
    argv, sys.argv = sys.argv, ["predict.py", str(path)]
    try:
        assert module.main() == 1
    finally:
        sys.argv = argv
    assert "found none of ['dim_1']" in capsys.readouterr().err


# ---- numbers to predict, long series


def test_numbers_are_predicted_from_long_series_in_patches(tmp_path):
    rng = np.random.default_rng(0)
    level = rng.uniform(0, 9, 60)
    series = level[:, None] + rng.normal(size=(60, 700))
    np.savez(tmp_path / "x.npz", X=series, level=level)
    made = Series(tmp_path, "x.npz", target="level")
    train, *_ = made.rows()
    assert train[torch.arange(3)]["input"].shape == (3, 44, 16)  # 700 steps
    assert made.train("--no-test") == 0
    found = made.results["baselines"]
    assert found["summaries"]["val"] < found["mean"]["val"] / 4
    assert json.loads((made.folder / "results.json").read_text())["verdict"] is None


# ---- importance


def test_only_what_is_dealt_changes():
    values = torch.arange(4 * 6 * 2.0).reshape(4, 6, 2) + 1
    mask = torch.ones(4, 6, dtype=torch.bool)
    mask[0, 3:] = False
    values[~mask] = 0
    batch = {"input": values, "mask": mask}
    channel = dealt(batch, channel=1)
    assert torch.equal(channel["input"][..., 0], values[..., 0])
    assert not torch.equal(channel["input"][..., 1], values[..., 1])
    first = dealt(batch, share=(0.0, 0.5))
    assert torch.equal(first["input"][1:, 3:], values[1:, 3:])
    assert not torch.equal(first["input"][1:, :3], values[1:, :3])
    for changed in (channel, first):
        assert torch.equal(changed["mask"], mask)
        assert (changed["input"][~mask] == 0).all()
