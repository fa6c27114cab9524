"""The task's data, ready to train on.

    train, val, test = get_dataloaders(batch_size=32)
    next(iter(train))  # {"input": (32, T), "mask": (32, T), "target": (32, T), …}

T is the longest row of a batch, in sub-words. The first call fetches into data/raw and
prepares data/prepared; later calls only open those files. The constants are yours to
edit: what you change is prepared anew. Why each was chosen is in README.md.
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
from fetch import fetch
from order import LengthOrder
from prepared import identity, prepared_once
from raw import read, read_file
from split import bootstrap_units, split_rows
from stored import Stored, batch_of, store
from targets import decoded, rows_in_use
from words import count_subwords, cut, fit_words, listed

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"

# ---- source
SOURCE: str = "examples/tags/letters.conll"
REVISION: str | None = None
# Files below data/raw and their sha256; None instead of one accepts new data knowingly.
FILES: dict[str, str | None] = {
    "letters.conll": "9b7bbe8cfc1345bf529b3bcd15c7e21af1873af8b7c1f29895ff25818f34cd8b",
}
MAX_BYTES: int | None = None  # of all files together
# Tables in those files, stacked, and the options of the reader.
TABLES: list[str] = ["letters.conll"]
READING: dict[str, Any] = {
    "columns": ["tokens", "tags"],
    "separator": "whitespace",
    "encoding": "utf8",
    "comments": False,
    "index": False,
    "documents": False,
}

# ---- columns
COLUMN: str = "tokens"  # the words, or the text
TARGETS: list[str] = ["tags"]
CLASSES: list[str] = ["B-LOC", "B-PER", "I-LOC", "I-PER", "O"]
# Columns with dates, and how they are written.
DATES: dict[str, str] = {}
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
VOCABULARY = 32000  # ids at most: of features of words, or of sub-words
HIDDEN = 0.3  # share of the features of words that training does not see, at random
LIMIT = 256  # sub-words that the model reads at once; longer rows are cut at words
CAUSAL = False  # whether a step sees only earlier ones, to predict what comes next

# ---- prepare -------------------------------------------------------------------------


def version() -> str:
    """The identity of what is prepared: of the code, its constants and the raw files."""
    code = (version, read, tidy, split_rows, cut, rows_in_use)
    return identity(code, FILES, DATA / "raw")


def clean_rows(table: pl.DataFrame, judged: bool = True) -> pl.DataFrame:
    """The columns in use; rows that are not `judged` need no tags."""
    texts = [COLUMN, *IDENTIFIERS]
    if judged:
        texts += [*TARGETS, *([SPLIT_COLUMN] if SPLIT_COLUMN else [])]
    names = [name for name in dict.fromkeys(texts) if name not in DATES]
    dates = DATES if judged else {}
    typed = tidy(table, [], {}, dates, names, {}, MISSING, MAX_UNREADABLE)
    lists = [COLUMN, *(TARGETS if judged else [])]
    return listed(typed, list(dict.fromkeys(lists)))


def fit_on(train: pl.DataFrame) -> dict[str, Any]:
    """The encoder as these rows determine it: the sub-words."""
    return {"words": fit_words(train, COLUMN, VOCABULARY)}


def prepare() -> Path:
    """Fetch, read, clean, split and encode, once for each version of data and code."""

    def bring() -> None:
        fetch(SOURCE, REVISION, FILES, DATA / "raw", MAX_BYTES)

    return prepared_once(DATA, version, bring, build)


def build(folder: Path) -> None:
    """Read, clean, split and encode what is in data/raw, into `folder`."""
    everything = clean_rows(read(DATA / "raw", TABLES, READING))
    ids = rows_in_use(everything, COLUMN, TARGETS, MAX_ROWS, SEED)
    table = everything[ids]
    equal_in = [COLUMN] if KEEP_EQUAL_ROWS_TOGETHER else []
    parts = split_rows(table, SPLIT_COLUMN, equal_in, SHARES, SEED)
    encoder = fit_on(table[parts["train"]])
    for part, positions in parts.items():
        rows = table[positions]
        windows = cut(rows, COLUMN, TARGETS, CLASSES, encoder["words"], LIMIT)
        order = store(folder / part, windows, by_length=part != "train")
        of_windows = {
            "ids": ids[positions],
            "units": bootstrap_units(rows, SPLIT_COLUMN),
        }
        for key, array in of_windows.items():
            np.save(folder / f"{part}_{key}.npy", array[windows.row[order]])
        rows.write_parquet(folder / f"{part}.parquet")
    (folder / "encoder.json").write_text(json.dumps(encoder))


# ---- load ----------------------------------------------------------------------------


def hide(batch: dict[str, Tensor], epoch: int) -> dict[str, Tensor]:
    """The batch without some features of its words, as a function of batch and epoch."""
    input = batch["input"]  # (B, T, K)
    seed = SEED + 1_000_003 * epoch + int(input.sum())
    generator = torch.Generator().manual_seed(seed)
    hidden = torch.rand(input.shape, generator=generator) < HIDDEN
    return batch | {"input": input.masked_fill(hidden, 0)}


class Rows(Dataset[dict[str, Tensor]]):
    """One part of the data. An item is a batch: index it with a tensor of row numbers.

    A row is a window of a row of `table`; `stored` says of which. `truth` (N, W) is what
    metrics judge, -100 behind the last word; `ids` are row numbers in the source; `units`
    say which rows a bootstrap draws together.
    """

    def __init__(self, folder: Path, part: str) -> None:
        self.folder, self.part = folder, part
        self.stored = Stored(folder / part)
        self.truth = self.stored.truth
        self.ids = np.load(folder / f"{part}_ids.npy")
        self.units = np.load(folder / f"{part}_units.npy")
        self.encoder = json.loads((folder / "encoder.json").read_text())
        self.columns = [COLUMN]
        self.model_arguments: dict[str, Any] = {"kind": "tokens"}
        if CAUSAL:
            self.model_arguments["causal"] = True
        self.input_dim = count_subwords(self.encoder["words"])
        self.output_dim = len(CLASSES) or self.input_dim

    @cached_property
    def table(self) -> pl.DataFrame:
        """The rows before encoding: words, identifiers and targets."""
        return pl.read_parquet(self.folder / f"{self.part}.parquet")

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: Tensor) -> dict[str, Tensor]:
        return self.stored.batch(rows)


def get_dataloaders(
    batch_size: int = 32, num_workers: int = 4
) -> tuple[BatchLoader, BatchLoader, BatchLoader]:
    """Loaders of train (shuffled, similar lengths together), val and test (in order)."""
    folder = prepare()

    def loader(part: str) -> BatchLoader:
        rows = Rows(folder, part)
        if part != "train":
            return BatchLoader(rows, RowOrder(len(rows), batch_size, None), num_workers)
        lengths = torch.from_numpy(rows.stored.lengths)
        order = LengthOrder(lengths, batch_size, SEED)
        return BatchLoader(rows, order, num_workers, hide if HIDDEN else None)

    return loader("train"), loader("val"), loader("test")


# ---- what is new, and what comes out -------------------------------------------------


@cache
def prepared_encoder() -> dict[str, Any]:
    """The encoder of the prepared data."""
    encoder: dict[str, Any] = json.loads((prepare() / "encoder.json").read_text())
    return encoder


def read_rows(path: Path) -> pl.DataFrame:
    """New rows of the same columns, as they stand in a file of the same format."""
    return read_file(path, READING)


def decode(raw: Tensor) -> np.ndarray:
    """What is kept of outputs, (N, W …), in the form in which metrics compare it."""
    return decoded(raw, CLASSES)


# ---- for check.py --------------------------------------------------------------------


def refit(rows: Rows) -> dict[str, Any]:
    """The encoder as the rows of a part determine it."""
    return fit_on(rows.table)


def encode_again(rows: Rows, chosen: Tensor) -> dict[str, Tensor]:
    """`input` and `mask` of some rows, made anew from their clean form."""
    windows = rows.stored.row[chosen.numpy()], rows.stored.start[chosen.numpy()]
    anew, position = np.unique(windows[0], return_inverse=True)
    fitted = rows.encoder["words"]
    made = cut(rows.table[anew], COLUMN, TARGETS, CLASSES, fitted, LIMIT)
    found = {pair: i for i, pair in enumerate(zip(made.row, made.start, strict=True))}
    pairs = zip(position, windows[1], strict=True)
    batch = batch_of(made, [found[pair] for pair in pairs])
    return {"input": batch["input"], "mask": batch["mask"]}


if __name__ == "__main__":
    for loader in get_dataloaders(num_workers=0):
        shapes = {key: tuple(value.shape) for key, value in next(iter(loader)).items()}
        print(f"{len(loader.dataset):8,} rows, a batch: {shapes}")
