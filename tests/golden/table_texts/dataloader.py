"""The task's data, ready to train on.

    train, val, test = get_dataloaders(batch_size=32)
    next(iter(train))  # {"input": (32, F), "mask": (32, F), "target": (32,)}

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

# isort: split
from batches import BatchLoader, RowOrder
from clean import tidy
from features import encode, fit_features, model_arguments
from fetch import fetch
from prepared import identity, prepared_once
from raw import read, read_new
from split import bootstrap_units, split_rows
from targets import class_weights, fit_target, rows_with_target, target, truth, untarget

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"

# ---- source
SOURCE: str = "examples/table_texts/functions.csv"
REVISION: str | None = None
# Files below data/raw and their sha256; None instead of one accepts new data knowingly.
FILES: dict[str, str | None] = {
    "functions.csv": "374b0817d53d0efa80cfa3375b29d74492c723c1cd255ea25e9bdb0d66900d05",
}
MAX_BYTES: int | None = None  # of all files together
# Tables in those files, stacked, and the options of the reader.
TABLES: list[str] = ["functions.csv"]
READING: dict[str, Any] = {"separator": ",", "quote": '"', "encoding": "utf8"}

# ---- columns
TARGETS: list[str] = ["lines"]
CLASSES: list[str] = []
TARGETS_ARE_NUMBERS = True
NUMBERS: list[str] = ["arguments", "defaults"]
CATEGORIES: list[str] = ["package", "method", "asynchronous"]
# Free text, of which features.py makes numbers.
TEXTS: list[str] = ["docstring"]
# Columns with dates, how they are written, and what becomes a number of each.
DATES: dict[str, str] = {}
CALENDAR: dict[str, list[str]] = {}
# Numbers written with signs or separators, and their decimal mark.
WRITTEN_NUMBERS: dict[str, str] = {}
# Carried through to predictions, never an input.
IDENTIFIERS: list[str] = []
# How these files spell a missing value, and the share of a column's cells that may be
# neither missing nor of its type.
MISSING: list[str] = [""]
MAX_UNREADABLE = 0.01

# ---- rows
MAX_ROWS: int | None = None  # more are drawn by chance
SPLIT_COLUMN: str | None = None  # that the split looks at
KEEP_EQUAL_ROWS_TOGETHER = True
SHARES = (0.7, 0.15, 0.15)  # of the rows: train, val, test
SEED = 0  # of the split and of the order of training batches

# ---- encoding
MIN_CATEGORY_ROWS = 2  # training rows that a category needs for a code of its own
MAX_CATEGORIES = 256  # codes of one column; the rest share one
BALANCE_CLASSES = False  # weigh classes equally in the loss

# ---- prepare -------------------------------------------------------------------------


def version() -> str:
    """The identity of what is prepared: of the code, its constants and the raw files."""
    code = (version, read, tidy, split_rows, fit_features, fit_target)
    return identity(code, FILES, DATA / "raw")


def number_features() -> list[str]:
    """The inputs that are numbers: columns, and what the calendar says of a date."""
    dates = [f"{name}.{wanted}" for name in CALENDAR for wanted in CALENDAR[name]]
    return NUMBERS + dates


def input_columns() -> dict[str, list[str]]:
    """The inputs by what they are."""
    return {"numbers": number_features(), "categories": CATEGORIES, "texts": TEXTS}


def clean_rows(table: pl.DataFrame, judged: bool = True) -> pl.DataFrame:
    """The columns in use, typed; rows that are not `judged` need no target."""
    texts = CATEGORIES + TEXTS + IDENTIFIERS
    if judged:
        key = [SPLIT_COLUMN] if SPLIT_COLUMN else []
        texts = texts + [name for name in TARGETS + key if name not in NUMBERS]
    targets = TARGETS if judged and TARGETS_ARE_NUMBERS else []
    return tidy(
        table,
        NUMBERS + targets,
        WRITTEN_NUMBERS,
        DATES,
        [name for name in dict.fromkeys(texts) if name not in [*targets, *DATES]],
        CALENDAR,
        MISSING,
        MAX_UNREADABLE,
    )


def fit_on(train: pl.DataFrame) -> dict[str, Any]:
    """The encoder as these rows determine it."""
    rare, most = MIN_CATEGORY_ROWS, MAX_CATEGORIES
    encoder = fit_features(train, input_columns(), rare, most)
    return encoder | {"target": fit_target(truth(train, TARGETS, CLASSES), CLASSES)}


def prepare() -> Path:
    """Fetch, read, clean, split and encode, once for each version of data and code."""

    def bring() -> None:
        fetch(SOURCE, REVISION, FILES, DATA / "raw", MAX_BYTES)

    return prepared_once(DATA, version, bring, build)


def build(folder: Path) -> None:
    """Read, clean, split and encode what is in data/raw, into `folder`."""
    everything = clean_rows(read(DATA / "raw", TABLES, READING))
    ids = rows_with_target(everything, TARGETS, MAX_ROWS, SEED)
    table = everything[ids]
    inputs = [name for names in input_columns().values() for name in names]
    equal_in = inputs if KEEP_EQUAL_ROWS_TOGETHER else []
    parts = split_rows(table, SPLIT_COLUMN, equal_in, SHARES, SEED)
    encoder = fit_on(table[parts["train"]])
    for part, positions in parts.items():
        rows = table[positions]
        values, known = encode(rows, encoder)
        true = truth(rows, TARGETS, CLASSES)
        arrays = {
            "input": values,
            "mask": known,
            "target": target(true, encoder["target"]),
            "truth": true,
            "ids": ids[positions],
            "units": bootstrap_units(rows, SPLIT_COLUMN),
        }
        for key, array in arrays.items():
            np.save(folder / f"{part}_{key}.npy", array)
        rows.write_parquet(folder / f"{part}.parquet")
    (folder / "encoder.json").write_text(json.dumps(encoder))


# ---- load ----------------------------------------------------------------------------


class Rows(Dataset[dict[str, Tensor]]):
    """One part of the data. An item is a batch: index it with a tensor of row numbers.

    `truth` is the target in its own unit, `ids` are row numbers in the source, `units`
    say which rows a bootstrap draws together.
    """

    def __init__(self, folder: Path, part: str) -> None:
        self.folder, self.part = folder, part
        names = ("input", "mask", "target")
        self.arrays = {name: torch.from_numpy(self.load(name)) for name in names}
        self.truth, self.ids, self.units = map(self.load, ("truth", "ids", "units"))
        self.encoder = json.loads((folder / "encoder.json").read_text())
        self.numbers, self.categories = number_features(), CATEGORIES
        self.columns = self.numbers + self.categories + TEXTS
        self.model_arguments = model_arguments(self.encoder)
        if BALANCE_CLASSES:
            weights = class_weights(self.encoder["target"])
            self.model_arguments["class_weights"] = weights
        wide = self.arrays["input"].dim() == 3  # (N, T, 1): steps of one number
        self.input_dim = 1 if wide else self.arrays["input"].shape[1]
        self.output_dim = len(CLASSES or TARGETS)

    def load(self, name: str) -> np.ndarray:
        """One prepared array of this part."""
        array: np.ndarray = np.load(self.folder / f"{self.part}_{name}.npy")
        return array

    @cached_property
    def table(self) -> pl.DataFrame:
        """The rows before encoding: inputs, identifiers and targets."""
        return pl.read_parquet(self.folder / f"{self.part}.parquet")

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: Tensor) -> dict[str, Tensor]:
        return {name: array[rows] for name, array in self.arrays.items()}


def get_dataloaders(
    batch_size: int = 32, num_workers: int = 4
) -> tuple[BatchLoader, BatchLoader, BatchLoader]:
    """Loaders of train (shuffled), val and test (in the prepared order)."""
    folder = prepare()

    def loader(part: str) -> BatchLoader:
        rows = Rows(folder, part)
        order = RowOrder(len(rows), batch_size, SEED if part == "train" else None)
        return BatchLoader(rows, order, num_workers)

    return loader("train"), loader("val"), loader("test")


# ---- what is new, and what comes out -------------------------------------------------


@cache
def prepared_encoder() -> dict[str, Any]:
    """The encoder of the prepared data."""
    encoder: dict[str, Any] = json.loads((prepare() / "encoder.json").read_text())
    return encoder


def read_rows(path: Path) -> pl.DataFrame:
    """New rows of the same columns, as they stand in a file of the same format."""
    return read_new(DATA / "raw", path, READING)


def encode_rows(table: pl.DataFrame) -> tuple[Tensor, Tensor]:
    """`input` and `mask` of clean rows, by what the training rows fitted."""
    values, known = encode(table, prepared_encoder())
    return torch.from_numpy(values), torch.from_numpy(known)


def decode(raw: Tensor) -> np.ndarray:
    """Outputs (N, output_dim) as probabilities, or numbers in the target's own unit."""
    return untarget(raw, prepared_encoder()["target"])


# ---- for check.py --------------------------------------------------------------------


def refit(rows: Rows) -> dict[str, Any]:
    """The encoder as the rows of a part determine it."""
    return fit_on(rows.table)


def encode_again(rows: Rows, chosen: Tensor) -> dict[str, Tensor]:
    """`input` and `mask` of some rows, made anew from their clean form."""
    values, known = encode_rows(rows.table[chosen.numpy()])
    return {"input": values, "mask": known}


if __name__ == "__main__":
    for loader in get_dataloaders(num_workers=0):
        shapes = {key: tuple(value.shape) for key, value in next(iter(loader)).items()}
        print(f"{len(loader.dataset):8,} rows, a batch: {shapes}")
