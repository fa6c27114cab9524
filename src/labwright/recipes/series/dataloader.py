"""The task's data, ready to train on: whole series, each with what is to be predicted.

    train, val, test = get_dataloaders(batch_size=32)
    next(iter(train))  # {"input": (32, T, C), "mask": (32, T), "target": (32,)}

The first call fetches into data/raw and prepares data/prepared; later calls only open
those files. The constants are yours to edit: what you change is prepared anew. Why each
was chosen is in README.md.
"""

import json
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor
from torch.utils.data import Dataset

from labwright.parts.ragged import Ragged, save_ragged
from labwright.recipes.ragged.order import LengthOrder
from labwright.recipes.series.arrangement import arranged
from labwright.recipes.series.steps import encode, encode_padded, fit_steps
from labwright.recipes.shared.batches import BatchLoader, RowOrder
from labwright.recipes.shared.clean import tidy
from labwright.recipes.shared.fetch import fetch
from labwright.recipes.shared.prepared import identity, prepared_once
from labwright.recipes.shared.raw import read, read_new
from labwright.recipes.shared.split import bootstrap_units, split_rows
from labwright.recipes.shared.targets import (
    class_weights,
    fit_target,
    rows_with_target,
    target,
    truth,
    untarget,
)

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"

# ---- source
SOURCE: str = "recipes/series/example.csv"
REVISION: str | None = None
# Files below data/raw and their sha256; None instead of one accepts new data knowingly.
FILES: dict[str, str | None] = {"example.csv": None}
MAX_BYTES: int | None = None  # of all files together
# Tables in those files, stacked, and the options of the reader.
TABLES: list[str] = ["example.csv"]
READING: dict[str, Any] = {"separator": ",", "encoding": "utf8"}

# ---- series
# The channels of a series, and the columns that hold each: one column of lists, or one
# column a step; in a table with a row a step, the column of its values.
CHANNELS: dict[str, list[str]] = {
    "c1": ["c1"],
    "c2": ["c2"],
    "c3": ["c3"],
}
# In a table with a row a step: the column that names the series, and that of time.
SERIES_KEYS: list[str] = []
# Of these and the targets: columns of numbers; numbers written with signs or separators,
# and their decimal mark; dates, and how they are written.
NUMBERS: list[str] = []
WRITTEN_NUMBERS: dict[str, str] = {}
DATES: dict[str, str] = {}

# ---- columns
TARGETS: list[str] = ["speaker"]
CLASSES: list[str] = ["A", "B", "C"]
TARGETS_ARE_NUMBERS = False
# Carried through to predictions, never an input.
IDENTIFIERS: list[str] = ["utterance"]
# How these files spell a missing value, and the share of a column's cells that may be
# neither missing nor of its type.
MISSING: list[str] = [""]
MAX_UNREADABLE = 0.01

# ---- rows
MAX_ROWS: int | None = None  # series; more are drawn by chance
SPLIT_COLUMN: str | None = "speaker"  # that the split looks at
KEEP_EQUAL_ROWS_TOGETHER = True
SHARES = (0.70, 0.15, 0.15)  # of the series: train, val, test
SEED = 0  # of the split and of the order of training batches

# ---- encoding
PATCH = 1  # consecutive steps that stand side by side as one
# Channels of many magnitudes: their logarithms are scaled.
LOGARITHMS: list[str] = []
BALANCE_CLASSES = False  # weigh classes equally in the loss

# ---- prepare -------------------------------------------------------------------------


def version() -> str:
    """The identity of what is prepared: of the code, its constants and the raw files."""
    code = (version, read, tidy, arranged, split_rows, encode, fit_target)
    return identity(code, FILES, DATA / "raw")


def clean_rows(table: pl.DataFrame, judged: bool = True) -> pl.DataFrame:
    """A row a series, typed; series that are not `judged` need no target."""
    lists = [name for columns in CHANNELS.values() for name in columns]
    texts = [*lists, *SERIES_KEYS, *IDENTIFIERS]
    targets = TARGETS if judged and TARGETS_ARE_NUMBERS else []
    if judged:
        texts += [*TARGETS, *([SPLIT_COLUMN] if SPLIT_COLUMN else [])]
    numbers = list(dict.fromkeys([*NUMBERS, *targets]))
    dates = {name: form for name, form in DATES.items() if name in texts}
    typed = tidy(
        table,
        numbers,
        WRITTEN_NUMBERS,
        dates,
        [name for name in dict.fromkeys(texts) if name not in [*numbers, *dates]],
        {},
        MISSING,
        MAX_UNREADABLE,
    )
    return arranged(typed, CHANNELS, SERIES_KEYS)


def fit_on(train: pl.DataFrame) -> dict[str, Any]:
    """The encoder as these series determine it."""
    return {
        "steps": fit_steps(train, list(CHANNELS), LOGARITHMS, PATCH),
        "target": fit_target(truth(train, TARGETS, CLASSES), CLASSES),
    }


def prepare() -> Path:
    """Fetch, read, clean, split and encode, once for each version of data and code."""
    given = SOURCE, REVISION, FILES, DATA / "raw", MAX_BYTES
    return prepared_once(DATA, version, lambda: fetch(*given), build)


def build(folder: Path) -> None:
    """Read, clean, split and encode what is in data/raw, into `folder`."""
    everything = clean_rows(read(DATA / "raw", TABLES, READING))
    ids = rows_with_target(everything, TARGETS, MAX_ROWS, SEED)
    table = everything[ids]
    equal_in = list(CHANNELS) if KEEP_EQUAL_ROWS_TOGETHER else []
    parts = split_rows(table, SPLIT_COLUMN, equal_in, SHARES, SEED)
    encoder = fit_on(table[parts["train"]])
    for part, positions in parts.items():
        series, known = encode(table[positions], encoder["steps"])
        if part != "train":  # read in this order, so that a batch pads little
            order = np.argsort([len(one) for one in series], kind="stable")
            positions = positions[order]
            series, known = [series[i] for i in order], [known[i] for i in order]
        rows = table[positions]
        true = truth(rows, TARGETS, CLASSES)
        arrays = {
            "target": target(true, encoder["target"]),
            "truth": true,
            "ids": ids[positions],
            "units": bootstrap_units(rows, SPLIT_COLUMN),
        }
        for key, array in arrays.items():
            np.save(folder / f"{part}_{key}.npy", array)
        save_ragged(folder / f"{part}_input", series)
        save_ragged(folder / f"{part}_known", known)
        rows.write_parquet(folder / f"{part}.parquet")
    (folder / "encoder.json").write_text(json.dumps(encoder))


# ---- load ----------------------------------------------------------------------------


class Rows(Dataset[dict[str, Tensor]]):
    """One part of the data. An item is a batch: index it with a tensor of row numbers.

    `truth` is the target in its own unit, `ids` are row numbers in the source, `units`
    say which rows a bootstrap draws together. A row is a series.
    """

    def __init__(self, folder: Path, part: str) -> None:
        self.folder, self.part = folder, part
        self.input = Ragged(folder / f"{part}_input")
        self.known = Ragged(folder / f"{part}_known")  # False in a gap
        self.target = torch.from_numpy(self.load("target"))
        self.truth, self.ids, self.units = map(self.load, ("truth", "ids", "units"))
        self.encoder = json.loads((folder / "encoder.json").read_text())
        self.columns = list(CHANNELS)
        self.model_arguments: dict[str, Any] = {"kind": "vectors"}
        if BALANCE_CLASSES:
            weights = class_weights(self.encoder["target"])
            self.model_arguments["class_weights"] = weights
        self.input_dim = PATCH * len(CHANNELS)
        self.output_dim = len(CLASSES or TARGETS)

    def load(self, name: str) -> np.ndarray:
        """One prepared array of this part."""
        array: np.ndarray = np.load(self.folder / f"{self.part}_{name}.npy")
        return array

    @cached_property
    def table(self) -> pl.DataFrame:
        """The rows before encoding: lists of numbers, identifiers and targets."""
        return pl.read_parquet(self.folder / f"{self.part}.parquet")

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: Tensor) -> dict[str, Tensor]:
        values, _ = self.input.padded(rows)  # (B, T, C)
        known, _ = self.known.padded(rows)  # (B, T)
        return {"input": values, "mask": known, "target": self.target[rows]}


def get_dataloaders(
    batch_size: int = 32, num_workers: int = 4
) -> tuple[BatchLoader, BatchLoader, BatchLoader]:
    """Loaders of train (shuffled, similar lengths together), val and test (in order)."""
    folder = prepare()

    def loader(part: str) -> BatchLoader:
        rows = Rows(folder, part)
        order = RowOrder(len(rows), batch_size, None)
        if part == "train":
            lengths = torch.from_numpy(rows.input.lengths)
            order = LengthOrder(lengths, batch_size, SEED)
        return BatchLoader(rows, order, num_workers)

    return loader("train"), loader("val"), loader("test")


# ---- what is new, and what comes out -------------------------------------------------


@cache
def prepared_encoder() -> dict[str, Any]:
    """The encoder of the prepared data."""
    encoder: dict[str, Any] = json.loads((prepare() / "encoder.json").read_text())
    return encoder


def read_rows(path: Path) -> pl.DataFrame:
    """New series of the same form, as they stand in a file of the same format."""
    return read_new(DATA / "raw", path, READING)


def encode_rows(table: pl.DataFrame) -> dict[str, Tensor]:
    """`input` and `mask` of clean series, by what the training series fitted."""
    return encode_padded(table, prepared_encoder()["steps"])


def decode(raw: Tensor) -> np.ndarray:
    """Outputs (N, output_dim) as probabilities, or numbers in the target's own unit."""
    return untarget(raw, prepared_encoder()["target"])


# ---- for check.py --------------------------------------------------------------------


def refit(rows: Rows) -> dict[str, Any]:
    """The encoder as the rows of a part determine it."""
    return fit_on(rows.table)


def encode_again(rows: Rows, chosen: Tensor) -> dict[str, Tensor]:
    """`input` and `mask` of some rows, made anew from their clean form."""
    return encode_rows(rows.table[chosen.numpy()])


if __name__ == "__main__":
    for loader in get_dataloaders(num_workers=0):
        shapes = {key: tuple(value.shape) for key, value in next(iter(loader)).items()}
        print(f"{len(loader.dataset):8,} series, a batch: {shapes}")
