"""What is decided of images, by their headers, their pixels and the task's words."""

import io
import zipfile

import numpy as np
import polars as pl
import pytest
from PIL import Image

from labwright import acquire, plan, profile
from labwright.errors import ReadError
from labwright.parts.image import ImageFacts
from labwright.plan.image import Seen, choose_size, choose_white, rim_of
from labwright.task.model import Source, Task

RNG = np.random.default_rng(0)


def picture(height=8, width=8, mode="L", form="PNG") -> bytes:
    pixels = RNG.integers(0, 255, (height, width, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, form)
    return file.getvalue()


def planned(workspace, identifier, *more, **answers):
    sources = [Source(type="local", identifier=name) for name in (identifier, *more)]
    task = Task(**{"name": "x", "data_sources": sources} | answers)
    raw = workspace / "experiments" / "x" / "data" / "raw"
    return plan(task, profile(acquire(task, raw, workspace, progress=False)))


def write_zip(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


@pytest.fixture
def classes(tmp_path):
    """Thirty images each in two folders."""
    files = {
        f"all/{kind}/{i}.png": picture() for kind in ("cat", "dog") for i in range(30)
    }
    write_zip(tmp_path / "x.zip", files)
    return tmp_path, files


def test_a_folder_of_images_by_class(classes):
    made = planned(classes[0], "x.zip", description="Photos of animals.")
    assert made.recipe == "image"
    chosen = {decision.subject: decision for decision in made.decisions}
    assert chosen["target"].choice == "folder"
    assert made.constants["CLASSES"] == ["cat", "dog"]
    assert made.constants["IMAGE"] == "file"
    assert made.constants["EQUAL_IN"] == ["sha256"]
    assert made.constants["IDENTIFIERS"] == ["file"]
    assert made.constants["CHANNELS"] == 1
    assert made.constants["FLIP"] is True
    assert "`cat` and `dog`" in chosen["augmentation"].reason
    assert made.names["read_csv"] == "read_folder"
    assert made.names["keep_files"] == "unpack_zip"


@pytest.mark.parametrize("words", ["Handwritten digits.", "", "Which hand is it?"])
def test_what_may_mean_something_else_in_a_mirror_is_not_mirrored(classes, words):
    folder, files = classes
    write_zip(
        folder / "x.zip",
        {
            name.replace("cat", "one").replace("dog", "two"): c
            for name, c in files.items()
        },
    )
    assert planned(folder, "x.zip", description=words).constants["FLIP"] is False


def test_equal_images_stay_together(classes):
    folder, files = classes
    same = picture()
    write_zip(folder / "x.zip", files | {f"all/dog/{i}.png": same for i in range(6)})
    made = planned(folder, "x.zip")
    equal = next(d for d in made.decisions if d.subject == "equal rows")
    assert "5 of 60 rows are copies of an earlier one" in equal.reason


def test_broken_images_are_named_and_too_many_are_an_error(classes):
    folder, files = classes
    write_zip(
        folder / "x.zip",
        files | {f"all/dog/{i}.png": b"<html>%d" % i for i in range(8)},
    )
    made = planned(folder, "x.zip")
    assert any("cannot be read (" in warning for warning in made.warnings)
    assert made.constants["MAX_BROKEN"] > 0.05
    broken = {f"all/dog/{i}.png": b"<html>%d" % i for i in range(30)}
    write_zip(folder / "y.zip", files | broken)
    with pytest.raises(ReadError, match="cannot be read"):
        planned(folder, "y.zip")


def test_storage_that_gives_the_class_away_is_said(classes):
    folder, files = classes
    large = {name: picture(9, 9) for name in files if "dog" in name}
    write_zip(folder / "x.zip", files | large)
    made = planned(folder, "x.zip")
    assert any(
        "How images are stored nearly gives `folder` away" in w for w in made.warnings
    )


def test_official_parts_of_folders_are_named_and_used_on_request(classes):
    folder, files = classes
    parts = {
        name.replace("all", "test" if "7" in name or "8" in name else "train"): content
        for name, content in files.items()
    }
    write_zip(folder / "x.zip", parts)
    made = planned(folder, "x.zip")
    split = next(d for d in made.decisions if d.subject == "split")
    assert split.choice == "stratified" and "train" in split.reason
    asked = planned(folder, "x.zip", split={"rule": "official"})
    assert asked.constants["SPLIT_COLUMN"] == "(file)"
    assert asked.constants["TABLES"] == ["x.zip/test/", "x.zip/train/"]


@pytest.mark.parametrize("ending", ["", ".png"])
def test_labels_in_one_file_and_images_in_another(tmp_path, ending):
    names = [f"scan{i:03}" for i in range(40)]
    write_zip(tmp_path / "scans.zip", {f"scans/{n}.png": picture() for n in names})
    ages = [20 + i % 37 for i in range(40)]
    table = pl.DataFrame({"id": [n + ending for n in names], "age": ages})
    table.write_csv(tmp_path / "ages.csv")
    made = planned(
        tmp_path, "ages.csv", "scans.zip", output_description="The age of the patient"
    )
    assert made.recipe == "image"
    assert made.constants["IMAGE"] == "id"
    assert made.constants["FOLDERS"] == ["scans.zip/scans/"]
    assert made.constants["TABLES"] == ["ages.csv"]
    assert made.constants["TARGETS"] == ["age"]
    assert made.constants["TASK_TYPE"] == "regression"


def test_images_inside_a_table(tmp_path):
    cells = [{"bytes": picture(mode="RGB"), "path": f"{i}.png"} for i in range(40)]
    labels = ["a flower", "a tree"] * 20
    table = pl.DataFrame({"image": cells, "label": labels})
    table.write_parquet(tmp_path / "x.parquet")
    made = planned(tmp_path, "x.parquet")
    assert (made.recipe, made.constants["IMAGE"]) == ("image", "image")
    assert made.constants["EQUAL_IN"] == ["image.sha256"]
    assert made.constants["CHANNELS"] == 3
    assert made.constants["FOLDERS"] == []


def seen(sizes, brightest=0.0) -> Seen:
    facts = [ImageFacts(*size, "L", "PNG") for size in sizes]
    return Seen(len(facts), facts, range(len(facts)), [], 1, 1, brightest)


@pytest.mark.parametrize(
    ("sizes", "found"),
    [
        ([(8, 8)], (8, 8, 2)),
        ([(28, 28)], (28, 28, 4)),
        ([(32, 32)], (32, 32, 4)),
        ([(64, 64)], (64, 64, 8)),
        ([(480, 640)], (96, 128, 14)),
        ([(100, 50), (50, 100), (60, 60)], (60, 60, 8)),
        ([(1, 400)], (2, 128, 2)),
        ([(4, 4)], (4, 4, 1)),
    ],
)
def test_size_and_patches(sizes, found):
    height, width, patch, _ = choose_size(seen(sizes))
    assert height % patch == width % patch == 0
    assert patch == found[2] or max(sizes[0]) == 640
    assert (height // patch) * (width // patch) <= 80
    assert abs(height - found[0]) < patch + 1 and abs(width - found[1]) < patch + 1


def test_rims_and_brightness():
    assert [rim_of(patch) for patch in (1, 2, 4, 8, 16)] == [0, 1, 2, 2, 4]
    assert choose_white(seen([(8, 8)])) == 255
    assert choose_white(seen([(8, 8)], 4000.0)) == 4095
    assert choose_white(seen([(8, 8)], 65535.0)) == 65535
