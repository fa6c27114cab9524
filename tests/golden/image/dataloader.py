"""The task's images, ready to train on.

    train, val, test = get_dataloaders(batch_size=32)
    next(iter(train))  # {"input": (32, T, values), "mask": (32, T), "target": (32,), …}

The first call fetches into data/raw and prepares data/prepared; later calls only open
those files. The constants are yours to edit: what you change is prepared anew. Why each
was chosen is in README.md.
"""

import json
import sys
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor
from torch.utils.data import Dataset

# isort: split
from batches import BatchLoader, RowOrder
from clean import tidy
from decode import pixels_of_image
from fetch import fetch
from images import Viewer
from media import media_of_rows, refuse_many
from pixels import displaced, fit_scale, load, patched, save, scaled, values_of_patch
from prepared import identity, prepared_once
from raw import read
from split import bootstrap_units, split_rows
from targets import class_weights, fit_target, rows_with_target, target, truth, untarget

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"

# ---- source
SOURCE: str = "examples/image/digits.zip"
REVISION: str | None = None
# Files below data/raw and their sha256; None instead of one accepts new data knowingly.
FILES: dict[str, str | None] = {
    "digits.zip": "3ebd954fca5031b814fcf104510a6924e11a175eda37090af269780dd2e0d04a",
}
MAX_BYTES: int | None = None  # of all files together
# Tables in those files, stacked, and the options of the reader.
TABLES: list[str] = ["digits.zip/"]
READING: dict[str, Any] = {"holds": "images", "suffixes": [".png"], "levels": [0]}

# ---- columns
IMAGE = "file"  # the column of images: paths of files, or what is in the files
# Folders that hold the images, where they lie neither below nor beside their table.
FOLDERS: list[str] = []
TARGETS: list[str] = ["folder"]
CLASSES: list[str] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
TARGETS_ARE_NUMBERS = True
# Numbers written with signs or separators, and their decimal mark; how dates are written.
WRITTEN_NUMBERS: dict[str, str] = {}
DATES: dict[str, str] = {}
# Carried through to predictions, never an input.
IDENTIFIERS: list[str] = ["file"]
# How these files spell a missing value, and the share of a column's cells that may be
# neither missing nor of its type.
MISSING: list[str] = [""]
MAX_UNREADABLE = 0.01

# ---- images
HEIGHT = 8  # pixels to which each image is scaled, its form kept
WIDTH = 8
CHANNELS = 1  # 1 for grey, 3 for red, green and blue
WHITE = 255  # the brightest value of images with more than 8 bits
PATCH = 2  # pixels from one patch to the next
RIM = 1  # pixels around a patch that are seen with it
MAX_BROKEN = 0.01  # share of the images that may be unreadable, and are left out
# Share of its sides by which a training image is displaced or stretched at most, and
# whether every second one is mirrored, anew in each epoch.
DISPLACED = 0.06
FLIP = False

# ---- rows
MAX_ROWS: int | None = None  # more are drawn by chance
SPLIT_COLUMN: str | None = "folder"  # that the split looks at
KEEP_EQUAL_ROWS_TOGETHER = True
EQUAL_IN: list[str] = ["sha256"]  # columns that make two rows equal
SHARES = (0.7, 0.15, 0.15)  # of the rows: train, val, test
SEED = 0  # of the split, of the order of batches, and of what is displaced
BALANCE_CLASSES = False  # weigh classes equally in the loss

# ---- prepare -------------------------------------------------------------------------


def version() -> str:
    """The identity of what is prepared: of the code, its constants and the raw files."""
    code = (version, read, tidy, split_rows, fit_scale, media_of_rows, fit_target)
    return identity(code, FILES, DATA / "raw")


def clean_rows(table: pl.DataFrame) -> pl.DataFrame:
    """The columns in use, typed; those of images as they are."""
    texts = IDENTIFIERS + EQUAL_IN + TARGETS + ([SPLIT_COLUMN] if SPLIT_COLUMN else [])
    numbers = TARGETS if TARGETS_ARE_NUMBERS else []
    return tidy(
        table,
        numbers,
        WRITTEN_NUMBERS,
        DATES,
        [name for name in dict.fromkeys(texts) if name not in [*numbers, *DATES]],
        {},
        MISSING,
        MAX_UNREADABLE,
    )


def prepare() -> Path:
    """Fetch, read, clean, split and decode, once for each version of data and code."""

    def bring() -> None:
        fetch(SOURCE, REVISION, FILES, DATA / "raw", MAX_BYTES)

    return prepared_once(DATA, version, bring, build)


def build(folder: Path) -> None:
    """Read, clean, split and decode what is in data/raw, into `folder`."""
    raw = read(DATA / "raw", TABLES, READING)
    everything = clean_rows(raw)
    ids = rows_with_target(everything, TARGETS, MAX_ROWS, SEED)
    table = everything[ids]
    equal_in = EQUAL_IN if KEEP_EQUAL_ROWS_TOGETHER else []
    parts = split_rows(table, SPLIT_COLUMN, equal_in, SHARES, SEED)
    broken: list[str] = []
    for part, dealt in parts.items():
        images = media_of_rows(raw[ids[dealt]], IMAGE, DATA / "raw", TABLES, FOLDERS)
        viewer = Viewer(HEIGHT, WIDTH, CHANNELS, WHITE)
        seen = viewer.view(images, f"decode {part}")
        save(folder / f"{part}_pixels", seen, len(images))
        broken += viewer.broken
        positions = dealt[viewer.seen]
        rows = table[positions]
        np.save(folder / f"{part}_boxes.npy", np.array(viewer.boxes, dtype=np.int64))
        np.save(folder / f"{part}_ids.npy", ids[positions])
        np.save(folder / f"{part}_units.npy", bootstrap_units(rows, SPLIT_COLUMN))
        facts = viewer.table(images, DATA / "raw")
        rows.hstack(facts).write_parquet(folder / f"{part}.parquet")
    if broken:
        print(refuse_many(broken, len(table), "images", MAX_BROKEN), file=sys.stderr)
    encoder = refit(Rows(folder, "train"))
    (folder / "encoder.json").write_text(json.dumps(encoder))


# ---- load ----------------------------------------------------------------------------


class Rows(Dataset[dict[str, Tensor]]):
    """One part of the data. An item is a batch: index it with a tensor of row numbers.

    `truth` is the target in its own unit, `ids` are row numbers in the source, `units`
    say which rows a bootstrap draws together.
    """

    def __init__(self, folder: Path, part: str) -> None:
        self.folder, self.part = folder, part
        self.pixels = load(folder / f"{part}_pixels", self.make)
        self.boxes = torch.from_numpy(np.load(folder / f"{part}_boxes.npy"))
        self.ids = np.load(folder / f"{part}_ids.npy")
        self.units = np.load(folder / f"{part}_units.npy")
        self.table = pl.read_parquet(folder / f"{part}.parquet")
        self.truth = truth(self.table, TARGETS, CLASSES).copy()  # polars locks its own
        self.columns = EQUAL_IN
        self.input_dim = values_of_patch(CHANNELS, PATCH, RIM)
        self.output_dim = len(CLASSES or TARGETS)

    @cached_property
    def encoder(self) -> dict[str, Any]:
        """What the training rows fitted."""
        encoder: dict[str, Any] = json.loads((self.folder / "encoder.json").read_text())
        return encoder

    @cached_property
    def targets(self) -> Tensor:
        """The target as the model learns it."""
        return torch.tensor(target(self.truth, self.encoder["target"]))

    @property
    def model_arguments(self) -> dict[str, Any]:
        """What a model can use beyond its five arguments, if it accepts it."""
        arguments: dict[str, Any] = {"kind": "vectors"}
        if BALANCE_CLASSES:
            arguments["class_weights"] = class_weights(self.encoder["target"])
        return arguments

    @cached_property
    def images(self) -> list[Path | bytes]:
        """The image of each row, as data/raw has it."""
        paths = self.table["(path)"]
        if paths.null_count() == 0:
            return [DATA / "raw" / path for path in paths]
        raw = read(DATA / "raw", TABLES, READING)[self.ids]
        return media_of_rows(raw, IMAGE, DATA / "raw", TABLES, FOLDERS)

    def make(self, row: int) -> np.ndarray:
        """The pixels of one image, decoded anew."""
        return pixels_of_image(self.images[row], HEIGHT, WIDTH, CHANNELS, WHITE)[0]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: Tensor) -> dict[str, Tensor]:
        boxes = self.boxes[rows]
        pixels = scaled(self.pixels(rows), boxes, self.encoder["pixels"])
        read = patched(pixels, boxes, PATCH, RIM)
        return read | {"target": self.targets[rows], "row": rows, "box": boxes}


def augment(batch: dict[str, Tensor], epoch: int) -> dict[str, Tensor]:
    """A batch as training reads it: each image a little displaced."""
    canvas = (HEIGHT, WIDTH, CHANNELS)
    return displaced(batch, SEED, epoch, canvas, PATCH, RIM, DISPLACED, FLIP)


def get_dataloaders(
    batch_size: int = 32, num_workers: int = 4
) -> tuple[BatchLoader, BatchLoader, BatchLoader]:
    """Loaders of train (shuffled, augmented), val and test (in the prepared order)."""
    folder = prepare()
    train, val, test = (Rows(folder, part) for part in ("train", "val", "test"))
    order = RowOrder(len(train), batch_size, SEED)
    return (
        BatchLoader(train, order, num_workers, augment),
        BatchLoader(val, RowOrder(len(val), batch_size, None), num_workers),
        BatchLoader(test, RowOrder(len(test), batch_size, None), num_workers),
    )


# ---- what is new, and what comes out -------------------------------------------------


@cache
def prepared_encoder() -> dict[str, Any]:
    """The encoder of the prepared data."""
    encoder: dict[str, Any] = json.loads((prepare() / "encoder.json").read_text())
    return encoder


def encode_images(images: list[Path | bytes]) -> dict[str, Tensor]:
    """`input` and `mask` of images.

    Raises:
        ValueError: one cannot be read.
    """
    read = [pixels_of_image(image, HEIGHT, WIDTH, CHANNELS, WHITE) for image in images]
    boxes = torch.tensor([box for _, box in read])
    pixels = torch.from_numpy(np.stack([values for values, _ in read]))
    values = scaled(pixels, boxes, prepared_encoder()["pixels"])
    return patched(values, boxes, PATCH, RIM)


def decode(raw: Tensor) -> np.ndarray:
    """Outputs (N, output_dim) as probabilities, or numbers in the target's own unit."""
    return untarget(raw, prepared_encoder()["target"])


# ---- for check.py --------------------------------------------------------------------


def refit(rows: Rows) -> dict[str, Any]:
    """The encoder as the rows of a part determine it."""
    return {
        "pixels": fit_scale(rows.pixels, rows.boxes),
        "target": fit_target(rows.truth, CLASSES),
    }


def encode_again(rows: Rows, chosen: Tensor) -> dict[str, Tensor]:
    """`input` and `mask` of some rows, made anew from their images."""
    return encode_images([rows.images[row] for row in chosen.tolist()])


if __name__ == "__main__":
    for loader in get_dataloaders(num_workers=0):
        shapes = {key: tuple(value.shape) for key, value in next(iter(loader)).items()}
        print(f"{len(loader.dataset):8,} rows, a batch: {shapes}")
