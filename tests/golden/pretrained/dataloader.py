"""The task's texts, ready to train on.

    train, val, test = get_dataloaders(batch_size=32)
    next(iter(train))  # {"input": (32, T), "mask": (32, T), "target": (32,)}

The first call fetches into data/raw and prepares data/prepared; later calls only open
those files. The constants are yours to edit: what you change is prepared anew. Why each
was chosen is in README.md.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
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
from fetch import fetch
from order import LengthOrder
from padding import as_input, batch_of
from prepared import identity, prepared_once
from raw import read, read_new
from split import bootstrap_units, split_rows
from targets import class_weights, fit_target, rows_with_target, target, truth, untarget
from texts import compared, fit_texts, steps_of, text_arguments

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"

# ---- source
SOURCE: str = "examples/text/docstrings.csv"
REVISION: str | None = None
# Files below data/raw and their sha256; None instead of one accepts new data knowingly.
FILES: dict[str, str | None] = {
    "docstrings.csv": "eb7c5c65a83aff119337ff0a15be96f6cf295780e8e6310c0869055d24d4c1e2",
}
MAX_BYTES: int | None = None  # of all files together
# Tables in those files, stacked, and the options of the reader.
TABLES: list[str] = ["docstrings.csv"]
READING: dict[str, Any] = {"separator": ",", "quote": '"', "encoding": "utf8"}

# ---- columns
TEXTS: list[str] = ["docstring"]  # read one behind the other
TARGETS: list[str] = ["package"]
CLASSES: list[str] = ["email", "tkinter", "unittest"]
TARGETS_ARE_NUMBERS = False
# Numbers written with signs or separators, and their decimal mark; how dates are written.
WRITTEN_NUMBERS: dict[str, str] = {}
DATES: dict[str, str] = {}
# Carried through to predictions, never an input.
IDENTIFIERS: list[str] = []
# How these files spell a missing value, and the share of a column's cells that may be
# neither missing nor of its type.
MISSING: list[str] = [""]
MAX_UNREADABLE = 0.01

# ---- texts
# Steps; of a longer text the first quarter of them and the end are read.
LONGEST = 64

# ---- rows
MAX_ROWS: int | None = None  # more are drawn by chance
SPLIT_COLUMN: str | None = "package"  # that the split looks at
KEEP_EQUAL_ROWS_TOGETHER = True
SHARES = (0.7, 0.15, 0.15)  # of the rows: train, val, test
SEED = 0  # of the split and of the order of training batches
BALANCE_CLASSES = False  # weigh classes equally in the loss

# ---- ragged --------------------------------------------------------------------------


def save_ragged(path: Path, rows: Iterable[np.ndarray]) -> None:
    """Write rows (T, …), each of its own length T, as `path`.npy and `path`_ends.npy.

    Raises:
        ValueError: there is no row.
    """
    arrays = [np.asarray(row) for row in rows]
    if not arrays:
        raise ValueError(f"expected at least one row for {path.name}, found none.")
    np.save(path.with_name(f"{path.name}.npy"), np.concatenate(arrays))
    ends = np.cumsum([len(array) for array in arrays], dtype=np.int64)
    np.save(path.with_name(f"{path.name}_ends.npy"), ends)


class Ragged:
    """What `save_ragged` wrote; the values stay on the disk until they are used.

    Attributes:
        lengths: Steps of each row, int64 (N,).
    """

    def __init__(self, path: Path) -> None:
        self.values = np.load(path.with_name(f"{path.name}.npy"), mmap_mode="r")
        ends = np.load(path.with_name(f"{path.name}_ends.npy"))
        self.starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
        self.lengths = ends - self.starts

    def __len__(self) -> int:
        return len(self.starts)

    def padded(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Some rows, padded with 0 behind their end to the longest of them.

        Returns:
            The values (B, T, …) and a mask, bool (B, T), False behind the end of a row.
            T is at least 1.
        """
        numbers = rows.numpy()
        lengths = self.lengths[numbers]
        steps = np.arange(max(1, lengths.max(initial=0)))
        known = steps < lengths[:, None]  # (B, T)
        places = self.starts[numbers][:, None] + steps
        values = np.zeros((*known.shape, *self.values.shape[1:]), self.values.dtype)
        values[known] = self.values[places[known]]
        return torch.from_numpy(values), torch.from_numpy(known)


# ---- prepare -------------------------------------------------------------------------


def version() -> str:
    """The identity of what is prepared: of the code, its constants and the raw files."""
    code = (version, read, tidy, split_rows, fit_texts, fit_target)
    return identity(code, FILES, DATA / "raw")


def clean_rows(table: pl.DataFrame, judged: bool = True) -> pl.DataFrame:
    """The columns in use, typed; rows that are not `judged` need no target."""
    texts = TEXTS + IDENTIFIERS
    if judged:
        texts = texts + TARGETS + ([SPLIT_COLUMN] if SPLIT_COLUMN else [])
    numbers = TARGETS if judged and TARGETS_ARE_NUMBERS else []
    return tidy(
        table,
        numbers,
        WRITTEN_NUMBERS,
        DATES if judged else {},
        [name for name in dict.fromkeys(texts) if name not in [*numbers, *DATES]],
        {},
        MISSING,
        MAX_UNREADABLE,
    )


def fit_on(train: pl.DataFrame) -> dict[str, Any]:
    """The encoder as these rows determine it."""
    return {
        "texts": fit_texts(train.select(pl.selectors.by_name(TEXTS))),
        "target": fit_target(truth(train, TARGETS, CLASSES), CLASSES),
    }


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
    equal_in = TEXTS if KEEP_EQUAL_ROWS_TOGETHER else []
    parts = split_rows(table, SPLIT_COLUMN, equal_in, SHARES, SEED)
    encoder = fit_on(table[parts["train"]])
    for part, dealt in parts.items():
        steps = list(encode(table[dealt], encoder))
        order = np.arange(len(steps))
        if part != "train":  # neighbours of one length: batches with little padding
            order = np.argsort([len(row) for row in steps], kind="stable")
        positions = dealt[order]
        rows = table[positions]
        save_ragged(folder / f"{part}_steps", (steps[row] for row in order))
        true = truth(rows, TARGETS, CLASSES)
        arrays = {
            "target": target(true, encoder["target"]),
            "truth": true,
            "ids": ids[positions],
            "units": bootstrap_units(rows, SPLIT_COLUMN),
        }
        for key, array in arrays.items():
            np.save(folder / f"{part}_{key}.npy", array)
        rows.write_parquet(folder / f"{part}.parquet")
    (folder / "encoder.json").write_text(json.dumps(encoder))


def encode(rows: pl.DataFrame, encoder: dict[str, Any]) -> Iterator[np.ndarray]:
    """The steps of each row, by what the training rows fitted."""
    texts = rows.select(pl.selectors.by_name(TEXTS))
    return steps_of(texts, encoder["texts"], LONGEST)


# ---- load ----------------------------------------------------------------------------


class Rows(Dataset[dict[str, Tensor]]):
    """One part of the data. An item is a batch: index it with a tensor of row numbers.

    `truth` is the target in its own unit, `ids` are row numbers in the source, `units`
    say which rows a bootstrap draws together, `steps` are the encoded texts.
    """

    def __init__(self, folder: Path, part: str) -> None:
        self.folder, self.part = folder, part
        self.steps = Ragged(folder / f"{part}_steps")
        self.target = torch.from_numpy(self.load("target"))
        self.truth, self.ids, self.units = map(self.load, ("truth", "ids", "units"))
        self.table = pl.read_parquet(folder / f"{part}.parquet")
        self.encoder = json.loads((folder / "encoder.json").read_text())
        self.columns = TEXTS
        self.model_arguments = text_arguments(self.encoder["texts"])
        if BALANCE_CLASSES:
            weights = class_weights(self.encoder["target"])
            self.model_arguments["class_weights"] = weights
        self.input_dim = self.encoder["texts"]["size"]
        self.output_dim = len(CLASSES or TARGETS)

    def load(self, name: str) -> np.ndarray:
        """One prepared array of this part."""
        array: np.ndarray = np.load(self.folder / f"{self.part}_{name}.npy")
        return array

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: Tensor) -> dict[str, Tensor]:
        return as_input(*self.steps.padded(rows)) | {"target": self.target[rows]}


def get_dataloaders(
    batch_size: int = 32, num_workers: int = 4
) -> tuple[BatchLoader, BatchLoader, BatchLoader]:
    """Loaders of train (shuffled), val and test (in the prepared order)."""
    folder = prepare()
    train, val, test = (Rows(folder, part) for part in ("train", "val", "test"))
    order = LengthOrder(torch.from_numpy(train.steps.lengths), batch_size, SEED)
    return (
        BatchLoader(train, order, num_workers),
        BatchLoader(val, RowOrder(len(val), batch_size, None), num_workers),
        BatchLoader(test, RowOrder(len(test), batch_size, None), num_workers),
    )


# ---- what is new, and what comes out -------------------------------------------------


@cache
def prepared_encoder() -> dict[str, Any]:
    """The encoder of the prepared data."""
    encoder: dict[str, Any] = json.loads((prepare() / "encoder.json").read_text())
    return encoder


def read_rows(path: Path) -> pl.DataFrame:
    """New rows of the same columns, as they stand in a file of the same format."""
    return read_new(DATA / "raw", path, READING)


def encode_rows(rows: pl.DataFrame) -> list[Tensor]:
    """The steps of clean rows, (T,) or (T, C) each."""
    return [torch.from_numpy(each) for each in encode(rows, prepared_encoder())]


def decode(raw: Tensor) -> np.ndarray:
    """Outputs (N, output_dim) as probabilities, or numbers in the target's own unit."""
    return untarget(raw, prepared_encoder()["target"])


# ---- for check.py --------------------------------------------------------------------


def refit(rows: Rows) -> dict[str, Any]:
    """The encoder as the rows of a part determine it."""
    return fit_on(rows.table)


def encode_again(rows: Rows, chosen: Tensor) -> dict[str, Tensor]:
    """`input` and `mask` of some rows, made anew from their clean form."""
    anew = batch_of(encode_rows(rows.table[chosen.numpy()]))
    return compared(anew, rows[chosen])


if __name__ == "__main__":
    for loader in get_dataloaders(num_workers=0):
        shapes = {key: tuple(value.shape) for key, value in next(iter(loader)).items()}
        print(f"{len(loader.dataset):8,} rows, a batch: {shapes}")
