"""From sounds on the disk to how they are read: rules measured on training sounds."""

import io
import json
import shutil
import zipfile

import numpy as np
import polars as pl
import pytest
import soundfile

import labwright
from labwright.errors import ReadError
from labwright.write.files import read_recipe


def sound(seconds: float, rate: int = 8_000, channels: int = 1, level: float = 0.1):
    noise = np.random.default_rng(int(1e4 * seconds)).normal(
        0, 1, round(seconds * rate)
    )
    samples = (level * noise).clip(-1, 1)
    return samples if channels == 1 else np.stack([samples] * channels, axis=1)


def write(path, samples, rate=8_000):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate)


def plan_of(workspace, source, **more):
    task = {
        "name": "sounds",
        "output_description": "The kind of the sound",
        "data_sources": [{"type": "local", "identifier": source}],
    }
    path = workspace / "task.json"
    path.write_text(json.dumps(task | more))
    read = labwright.read_task(path).task
    raw = workspace / "experiments/x/data/raw"
    acquired = labwright.acquire(read, raw, workspace, progress=False)
    return labwright.plan(read, labwright.profile(acquired))


def decision(plan, subject):
    (found,) = (d for d in plan.decisions if d.subject == subject)
    return found


def write_classes(folder, rates=(8_000,), seconds=(0.5,), count=40):
    for number in range(count):
        rate = rates[number % len(rates)]
        samples = sound(seconds[number % len(seconds)] + number / 1000, rate)
        write(folder / "ab"[number // 2 % 2] / f"{number:02}.wav", samples, rate)


def test_a_folder_by_class(tmp_path):
    write_classes(tmp_path / "set")
    plan = plan_of(tmp_path, "set")
    assert plan.recipe == "audio"
    assert "40 sounds (.wav)" in decision(plan, "recipe").reason
    values = plan.constants
    assert values["SOUND"] == "file" and values["EQUAL_IN"] == ["sha256"]
    assert values["TARGETS"] == ["folder"] and values["IDENTIFIERS"] == ["file"]
    assert (values["RATE"], values["WINDOW"], values["HOP"]) == (8_000, 512, 128)
    assert values["BANDS"] == 128 and values["SPECTRA"] == 1
    assert values["MAX_SECONDS"] == pytest.approx(0.54, abs=0.01)
    assert values["MAX_BROKEN"] == 0.01 and values["NUM_WORKERS"] == 0
    assert plan.names["read_csv"] == "read_folder"
    assert not plan.warnings


def test_equal_sounds_are_kept_together(tmp_path):
    write_classes(tmp_path / "set")
    for name in ("x", "y"):
        first = tmp_path / "set/a/00.wav"
        (tmp_path / f"set/a/{name}.wav").write_bytes(first.read_bytes())
    plan = plan_of(tmp_path, "set")
    assert plan.constants["KEEP_EQUAL_ROWS_TOGETHER"]
    assert decision(plan, "split").choice == "stratified"
    assert "2 of 42 rows are copies" in decision(plan, "equal rows").reason


def test_the_commonest_rate_is_taken_and_the_others_are_named(tmp_path):
    write_classes(tmp_path / "set", rates=(16_000, 16_000, 16_000, 44_100, 8_000))
    plan = plan_of(tmp_path, "set")
    assert plan.constants["RATE"] == 16_000
    assert "8,000 to 44,100 occur" in decision(plan, "sample rate").reason


def test_a_rate_beyond_what_tells_anything_is_lowered(tmp_path):
    write_classes(tmp_path / "set", rates=(48_000,))
    plan = plan_of(tmp_path, "set")
    assert (plan.constants["RATE"], plan.constants["WINDOW"]) == (32_000, 2048)
    assert "48,000" in decision(plan, "sample rate").reason


def test_long_sounds_are_pooled_and_a_few_very_long_ones_cut(tmp_path):
    write_classes(tmp_path / "set", seconds=(14.0,), count=39)
    plan = plan_of(tmp_path, "set")
    values = plan.constants
    frames = 1 + values["MAX_SECONDS"] * values["RATE"] // values["HOP"]
    assert values["SPECTRA"] == 6 and frames / 6 <= 160
    assert "each is heard to its end" in decision(plan, "seconds").reason

    short = tmp_path / "other"
    write_classes(short / "set", seconds=(0.3,))
    for number in range(0, 40, 4):
        name = f"{number:02}.wav"
        write(short / "set" / "ab"[number // 2 % 2] / name, sound(30.0))
    plan = plan_of(short, "set")
    assert plan.constants["MAX_SECONDS"] == pytest.approx(2.6, abs=0.3)
    cut = decision(plan, "seconds")
    assert "of them are cut there, which leaves out" in cut.reason


def test_stereo_silent_and_broken_sounds_are_said(tmp_path):
    write_classes(tmp_path / "set")
    write(tmp_path / "set/a/00.wav", sound(0.5, channels=2))
    for number in range(4, 24, 4):
        name = f"{number:02}.wav"
        write(tmp_path / "set" / "ab"[number // 2 % 2] / name, np.zeros(4_000 + number))
    (tmp_path / "set/a/01.wav").write_bytes(b"RIFF....WAVE but not whole")
    (tmp_path / "set/b/02.wav").write_bytes(b"RIFF....WAVE nor is this")
    plan = plan_of(tmp_path, "set")
    said = decision(plan, "sounds").reason
    assert "have several channels" in said
    assert "heard are silent" in said and "cannot be read" in said
    assert plan.constants["MAX_BROKEN"] >= 0.05
    assert any("cannot be read" in warning for warning in plan.warnings)


def test_mostly_broken_sounds_are_an_error(tmp_path):
    for number in range(30):
        path = tmp_path / "set" / "ab"[number % 2] / f"{number}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"RIFF....WAVEnothing%d" % number)
    with pytest.raises(ReadError, match="cannot be read"):
        plan_of(tmp_path, "set")


def test_a_zip_with_official_parts(tmp_path):
    write_classes(tmp_path / "set/train", count=40)
    write_classes(tmp_path / "set/test", count=20, seconds=(0.3,))
    archive = shutil.make_archive(str(tmp_path / "set"), "zip", tmp_path, "set")
    shutil.rmtree(tmp_path / "set")
    assert zipfile.is_zipfile(archive)
    plan = plan_of(tmp_path, "set.zip", split={"rule": "official"})
    assert plan.constants["TABLES"] == ["set.zip/set/test/", "set.zip/set/train/"]
    assert plan.names["keep_files"] == "unpack_zip"
    assert plan.names["split_stratified"] == "split_official"


@pytest.mark.parametrize("form", ["above", "anywhere", "picked"])
def test_a_table_that_names_sounds(tmp_path, form):
    where = "set/a/b" if form == "anywhere" else "set/wavs"
    rows = []
    for number in range(40):
        write(tmp_path / where / f"{number:02}.wav", sound(0.3 + number / 1000))
        name = f"{number:02}.wav" if form == "anywhere" else f"wavs/{number:02}.wav"
        rows.append({"recording": name, "pitch": 100.0 + number % 7 + number / 50})
    pl.DataFrame(rows).write_csv(tmp_path / "set/labels.csv")
    plan = plan_of(
        tmp_path,
        "set",
        output_description="The pitch of the sound",
        task_type="regression",
        target="pitch",
        data_sources=[
            {"type": "local", "identifier": "set"}
            | ({"file": "labels.csv"} if form == "picked" else {})
        ],
    )
    assert plan.recipe == "audio"
    assert plan.constants["SOUND"] == "recording"
    assert plan.constants["IDENTIFIERS"] == ["recording"]
    assert plan.constants["TARGETS"] == ["pitch"]


def test_sounds_as_the_hub_stores_them(tmp_path):
    rows = []
    for number in range(40):
        file = io.BytesIO()
        soundfile.write(file, sound(0.3 + number / 1000), 8_000, format="FLAC")
        audio = {"bytes": file.getvalue(), "path": f"{number}.flac"}
        rows.append({"audio": audio, "label": "ab"[number % 2]})
    schema = {
        "audio": pl.Struct({"bytes": pl.Binary, "path": pl.String}),
        "label": pl.String,
    }
    pl.DataFrame(rows, schema).write_parquet(tmp_path / "train.parquet")
    plan = plan_of(tmp_path, "train.parquet", output_description="The label")
    assert plan.recipe == "audio"
    assert plan.constants["SOUND"] == "audio"
    assert plan.constants["EQUAL_IN"] == ["audio.sha256"]
    assert plan.constants["IDENTIFIERS"] == []
    assert plan.constants["TARGETS"] == ["label"]


def test_a_constant_of_the_plan_means_one_thing(tmp_path):
    """None has the name of a constant that is another one's, such as that of an order."""
    write_classes(tmp_path / "set")
    values = plan_of(tmp_path, "set").constants
    known = [m for m in read_recipe("audio") if m.name not in ("dataloader", "train")]
    others = {name for module in known for name in module.definitions}
    shared = {name for name in others & values.keys() if name.isupper()}
    assert shared == {
        *("ENCODED_AGAIN", "EXPECTED_BASELINE", "HIGHER_IS_BETTER", "INFERENCE_ROWS"),
        *("METRIC", "NUM_WORKERS", "SPLIT_RULE"),
    }
