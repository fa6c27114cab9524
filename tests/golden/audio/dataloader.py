"""The task's sounds, ready to train on.

    train, val, test = get_dataloaders(batch_size=32)
    next(iter(train))  # {"input": (32, T, BANDS), "mask": (32, T), "target": (32,)}

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
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset

# isort: split
from batches import BatchLoader, RowOrder
from clean import tidy
from fetch import fetch
from frames import Form, changed, fit_bands, frames_of, load, prepare_frames, scaled
from media import media_of_rows, refuse_many
from order import LengthOrder
from prepared import identity, prepared_once
from raw import read
from sounds import by_length
from split import bootstrap_units, split_rows
from targets import class_weights, fit_target, rows_with_target, target, truth, untarget

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"

# ---- source
SOURCE: str = "examples/audio/sounds.zip"
REVISION: str | None = None
# Files below data/raw and their sha256; None instead of one accepts new data knowingly.
FILES: dict[str, str | None] = {
    "sounds.zip": "fdf651a77dacacb98e0adb027bcb3008b91f9f33c5c41cb7658ccab64bd9ad6c",
}
MAX_BYTES: int | None = None  # of all files together
# Tables in those files, stacked, and the options of the reader.
TABLES: list[str] = ["sounds.zip/sounds/"]
READING: dict[str, Any] = {
    "holds": "sounds",
    "suffixes": [".flac", ".wav"],
    "levels": [0],
}

# ---- columns
SOUND = "file"  # the column of sounds: paths of files, or what is in the files
# Folders that hold the sounds, where they lie neither below nor beside their table.
FOLDERS: list[str] = []
TARGETS: list[str] = ["folder"]
CLASSES: list[str] = ["bell", "drum", "organ"]
TARGETS_ARE_NUMBERS = False
# Numbers written with signs or separators, and their decimal mark; how dates are written.
WRITTEN_NUMBERS: dict[str, str] = {}
DATES: dict[str, str] = {}
# Carried through to predictions, never an input.
IDENTIFIERS: list[str] = ["file"]
# How these files spell a missing value, and the share of a column's cells that may be
# neither missing nor of its type.
MISSING: list[str] = [""]
MAX_UNREADABLE = 0.01

# ---- sounds
RATE = 8000  # samples a second to which each sound is brought
MAX_SECONDS = 0.3  # what comes later in a sound is left out
WINDOW = 512  # samples that a spectrum looks at
HOP = 128  # samples from one spectrum to the next
SPECTRA = 1  # whose mean is a frame
BANDS = 128  # of pitch, in a frame
FORM = Form(RATE, MAX_SECONDS, WINDOW, HOP, BANDS, SPECTRA)
MAX_BROKEN = 0.01  # share of the sounds that may be unreadable, and are left out
# Shares of a training sound that are hidden at most, anew in each epoch.
HIDDEN_BANDS = 0.125
HIDDEN_TIME = 0.125

# ---- rows
MAX_ROWS: int | None = None  # more are drawn by chance
SPLIT_COLUMN: str | None = "folder"  # that the split looks at
KEEP_EQUAL_ROWS_TOGETHER = True
EQUAL_IN: list[str] = ["sha256"]  # columns that make two rows equal
SHARES = (0.7, 0.15, 0.15)  # of the rows: train, val, test
SEED = 0  # of the split, of the order of batches, and of what is hidden
BALANCE_CLASSES = False  # weigh classes equally in the loss

# ---- draws ---------------------------------------------------------------------------

GOLDEN = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio


def draws_of_rows(seed: int, epoch: int, rows: Tensor, count: int) -> Tensor:
    """Numbers in [0, 1) for each row, float32 (B, count).

    A function of seed, epoch and the row's number alone: batches may be made in any
    order, by any process, after any interruption. By SplitMix64 of Steele, Lea and Flood
    (2014), a generator whose n-th number needs none before it.
    """
    with np.errstate(over="ignore"):
        start = mixed(np.array([seed, epoch]).astype(np.uint64))
        key = mixed(start[0] + start[1] * np.uint64(3))
        first = rows.numpy().astype(np.uint64) * np.uint64(count)
        places = np.add.outer(first, np.arange(count, dtype=np.uint64))  # (B, count)
        bits = mixed(key + places * np.uint64(GOLDEN))
    # 24 bits are what a float32 below 1 holds
    return torch.from_numpy((bits >> np.uint64(40)).astype(np.float32) / 2**24)


def mixed(bits: np.ndarray) -> np.ndarray:
    """The finalizer of SplitMix64, of uint64: each bit of it depends on all bits."""
    bits = bits + np.uint64(GOLDEN)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    known: np.ndarray = bits ^ (bits >> np.uint64(31))
    return known


# ---- prepare -------------------------------------------------------------------------


def version() -> str:
    """The identity of what is prepared: of the code, its constants and the raw files."""
    code = (version, read, tidy, split_rows, fit_bands, media_of_rows, fit_target)
    return identity(code, FILES, DATA / "raw")


def clean_rows(table: pl.DataFrame) -> pl.DataFrame:
    """The columns in use, typed; those of sounds as they are."""
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
        sounds = media_of_rows(raw[ids[dealt]], SOUND, DATA / "raw", TABLES, FOLDERS)
        if part != "train":  # neighbours of one length: batches with little padding
            order = by_length(sounds, MAX_SECONDS)
            dealt, sounds = dealt[order], [sounds[i] for i in order]
        path = folder / f"{part}_frames"
        found = prepare_frames(path, sounds, FORM, f"decode {part}")
        broken += found.broken
        rows = table[dealt[found.heard]]
        np.save(folder / f"{part}_ids.npy", ids[dealt[found.heard]])
        np.save(folder / f"{part}_units.npy", bootstrap_units(rows, SPLIT_COLUMN))
        rows = rows.hstack(found.table(sounds, DATA / "raw"))
        rows.write_parquet(folder / f"{part}.parquet")
    if broken:
        print(refuse_many(broken, len(table), "sounds", MAX_BROKEN), file=sys.stderr)
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
        self.frames = load(folder / f"{part}_frames", self.make)
        self.lengths = torch.from_numpy(self.frames.lengths)
        self.ids = np.load(folder / f"{part}_ids.npy")
        self.units = np.load(folder / f"{part}_units.npy")
        self.table = pl.read_parquet(folder / f"{part}.parquet")
        self.truth = truth(self.table, TARGETS, CLASSES).copy()  # polars locks its own
        self.columns = EQUAL_IN
        self.input_dim, self.output_dim = BANDS, len(CLASSES or TARGETS)

    @cached_property
    def encoder(self) -> dict[str, Any]:
        """What the training rows fitted."""
        encoder: dict[str, Any] = json.loads((self.folder / "encoder.json").read_text())
        return encoder

    @cached_property
    def targets(self) -> Tensor:
        """The target as the model learns it."""
        return torch.from_numpy(target(self.truth, self.encoder["target"]))

    @property
    def model_arguments(self) -> dict[str, Any]:
        """What a model can use beyond its five arguments, if it accepts it."""
        arguments: dict[str, Any] = {"kind": "vectors"}
        if BALANCE_CLASSES:
            arguments["class_weights"] = class_weights(self.encoder["target"])
        return arguments

    @cached_property
    def sounds(self) -> list[Path | bytes]:
        """The sound of each row, as data/raw has it."""
        paths = self.table["(path)"]
        if paths.null_count() == 0:
            return [DATA / "raw" / path for path in paths]
        raw = read(DATA / "raw", TABLES, READING)[self.ids]
        return media_of_rows(raw, SOUND, DATA / "raw", TABLES, FOLDERS)

    def make(self, row: int) -> np.ndarray:
        """The frames of one sound, decoded anew."""
        return frames_of(self.sounds[row], FORM)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: Tensor) -> dict[str, Tensor]:
        frames, mask = self.frames.padded(rows)  # decibels (B, T, BANDS), (B, T)
        input = scaled(frames, mask, self.encoder["bands"])
        target = self.targets[rows]
        return {"input": input, "mask": mask, "target": target, "row": rows}


def augment(batch: dict[str, Tensor], epoch: int) -> dict[str, Tensor]:
    """A batch as training reads it: some bands and some time are hidden in each sound."""
    draws = draws_of_rows(SEED, epoch, batch["row"], 4)
    return changed(batch, draws, HIDDEN_BANDS, HIDDEN_TIME)


def get_dataloaders(
    batch_size: int = 32, num_workers: int = 4
) -> tuple[BatchLoader, BatchLoader, BatchLoader]:
    """Loaders of train (shuffled, augmented), val and test (in the prepared order)."""
    folder = prepare()
    train, val, test = (Rows(folder, part) for part in ("train", "val", "test"))
    order = LengthOrder(train.lengths, batch_size, SEED)
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


def encode_sound(sound: Path | bytes) -> dict[str, Tensor]:
    """`input` (1, T, BANDS) and `mask` (1, T) of one sound.

    Raises:
        ValueError: it cannot be read.
    """
    frames = torch.from_numpy(frames_of(sound, FORM))[None]
    mask = torch.ones(frames.shape[:2], dtype=torch.bool)
    return {"input": scaled(frames, mask, prepared_encoder()["bands"]), "mask": mask}


def decode(raw: Tensor) -> np.ndarray:
    """Outputs (N, output_dim) as probabilities, or numbers in the target's own unit."""
    return untarget(raw, prepared_encoder()["target"])


# ---- for check.py --------------------------------------------------------------------


def refit(rows: Rows) -> dict[str, Any]:
    """The encoder as the rows of a part determine it."""
    return {
        "bands": fit_bands(rows.frames),
        "target": fit_target(rows.truth, CLASSES),
    }


def encode_again(rows: Rows, chosen: Tensor) -> dict[str, Tensor]:
    """`input` and `mask` of some rows, made anew from their sounds."""
    again = [encode_sound(rows.sounds[row])["input"][0] for row in chosen.tolist()]
    lengths = torch.tensor([len(each) for each in again])
    mask = torch.arange(int(lengths.max())) < lengths[:, None]
    return {"input": pad_sequence(again, batch_first=True), "mask": mask}


if __name__ == "__main__":
    for loader in get_dataloaders(num_workers=0):
        shapes = {key: tuple(value.shape) for key, value in next(iter(loader)).items()}
        print(f"{len(loader.dataset):8,} rows, a batch: {shapes}")
