"""The task's data as forecasts to make, ready to train on.

    train, val, test = get_dataloaders(batch_size=32)
    next(iter(train))  # {"input": (32, T, C), "mask": (32, T), "target": (32, T), …}

T steps are HISTORY steps and the HORIZON that follows. The first call fetches into
data/raw and prepares data/prepared; later calls only open those files. The constants are
yours to edit: what you change is prepared anew. Why each was chosen is in README.md.
"""

import json
from functools import cached_property
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
from encoding import fit_windows, inputs_of, target_of
from fetch import fetch
from offset import choose_offset
from prepared import identity, prepared_once
from raw import read, read_file
from split import split_windows
from timeline import Grid, lay, load_grid, series_names, until
from timing import Clock, written
from windows import Shape, View, look

HERE = Path(__file__).resolve().parent
DATA = HERE / "data"

# ---- source
SOURCE: str = "examples/forecast/houses.csv"
REVISION: str | None = None
# Files below data/raw and their sha256; None instead of one accepts new data knowingly.
FILES: dict[str, str | None] = {
    "houses.csv": "773536913a34f3584d77c3236fa003a65ab95074d0b2306efaa7969350ae1ceb",
}
MAX_BYTES: int | None = None  # of all files together
# Tables in those files, stacked, and the options of the reader.
TABLES: list[str] = ["houses.csv"]
READING: dict[str, Any] = {"separator": ",", "quote": '"', "encoding": "utf8"}

# ---- columns
TARGETS: list[str] = ["sales"]
CLASSES: list[str] = []
# Columns that tell series apart, and columns that say when, by what they hold.
SERIES: list[str] = ["city"]
TIME: dict[str, str] = {"year": "year", "month": "month"}
# Covariates that are known for the steps to forecast, and those that are not.
KNOWN_IN_ADVANCE: list[str] = []
PAST: list[str] = ["median", "listings"]
# Columns of numbers among all these, those written with signs or separators and their
# decimal mark, columns of yes and no, and how dates are written.
NUMBERS: list[str] = ["sales", "year", "month", "median", "listings"]
WRITTEN_NUMBERS: dict[str, str] = {}
YES_OR_NO: list[str] = []
DATES: dict[str, str] = {}
IDENTIFIERS: list[str] = ["city"]
# How these files spell a missing value, and the share of a column's cells that may be
# neither missing nor of its type.
MISSING: list[str] = ["", "NA"]
MAX_UNREADABLE = 0.01

# ---- time
STEP = 1.0  # from one step to the next, in months, seconds, days or counts
ORIGIN = 946684800.0  # the moment of step 0: seconds since 1970, or a count
HORIZON = 12  # steps to forecast
HISTORY = 36  # steps that are read before them
# Periods in steps, the shortest first ([1]: none), and how many earlier values of the same
# season are read for each.
SEASONS: list[int] = [12]
LAGS = 3
# Periods of the calendar in the unit of moments, and how many harmonics describe each.
WAVES: dict[str, Any] = {"year": (31556952.0, 2)}

# ---- windows
SPLIT_COLUMN: str | None = "forecast from"
SHARES = (0.7, 0.15, 0.15)  # of the known values: train, val, test
TRAIN_STRIDE = 1  # steps from one training window to the next
TEST_STRIDE = 1  # the same in val and test
SEED = 0  # of the order of training batches
FEWEST_BLOCKS = 8  # of time that a bootstrap draws; they are shorter to be so many
WARMUP_STEPS = 20  # of training: it starts from a simple forecast
HIDDEN = 100  # windows of a part that check.py reads without any later value

# ---- target --------------------------------------------------------------------------

YES = ("1", "true", "yes", "y", "t")


# ---- prepare -------------------------------------------------------------------------


def version() -> str:
    """The identity of what is prepared: of the code, its constants and the raw files."""
    code = (
        version,
        fetch,
        read,
        tidy,
        lay,
        split_windows,
        written,
        look,
        fit_windows,
        choose_offset,
    )
    return identity(code, FILES, DATA / "raw")


def clock() -> Clock:
    return Clock(SERIES, TIME, STEP, ORIGIN, SEASONS[0], WAVES)


def shape() -> Shape:
    return Shape(HISTORY, HORIZON, SEASONS, LAGS)


def clean_rows(table: pl.DataFrame) -> pl.DataFrame:
    """The columns in use, typed; yes and no are 1 and 0."""
    texts = [*SERIES, *YES_OR_NO]
    rows = tidy(
        table, NUMBERS, WRITTEN_NUMBERS, DATES, texts, {}, MISSING, MAX_UNREADABLE
    )
    return rows.with_columns(
        rows[name]
        .alias("cell")
        .str.to_lowercase()
        .is_in(YES)
        .cast(pl.Float64)
        .alias(name)
        for name in YES_OR_NO
    )


def lay_rows(table: pl.DataFrame, names: pl.DataFrame, ahead: int = 0) -> Grid:
    """Clean rows on even steps."""
    return lay(table, names, clock(), TARGETS[0], PAST, KNOWN_IN_ADVANCE, ahead)


def prepare() -> Path:
    """Fetch, read, clean, lay on steps and fit, once for each version of data and code."""

    def bring() -> None:
        fetch(SOURCE, REVISION, FILES, DATA / "raw", MAX_BYTES)

    return prepared_once(DATA, version, bring, build)


def build(folder: Path) -> None:
    """Lay what is in data/raw on even steps, cut it into windows, fit, into `folder`."""
    table = clean_rows(read(DATA / "raw", TABLES, READING))
    names = series_names(table, SERIES)
    grid = lay_rows(table, names)
    strides = TRAIN_STRIDE, TEST_STRIDE
    windows, scales = split_windows(grid, shape(), SHARES, strides)
    for part, found in windows.items():
        np.save(folder / f"{part}_windows.npy", found)
    grid.save(folder)
    names.write_parquet(folder / "series.parquet")
    np.save(folder / "scales.npy", scales)
    encoder = refit(Rows(folder, "train"))
    val = Rows(folder, "val")
    view, truth = val.view(np.arange(len(val))), val.truth[..., 0]
    encoder |= choose_offset(view, truth, encoder)
    (folder / "encoder.json").write_text(json.dumps(encoder))


# ---- load ----------------------------------------------------------------------------


class Rows(Dataset[dict[str, Tensor]]):
    """The forecasts of one part. An item is a batch: index it with a tensor of numbers.

    `truth` (N, HORIZON, 2) has the target in its own unit, NaN where unknown, and the
    scale of its series for MASE; `ids` are cells, one for each series and first step;
    `units` say which forecasts a bootstrap draws together.
    """

    def __init__(self, folder: Path, part: str, grid: Grid | None = None) -> None:
        self.folder, self.part = folder, part
        self.grid = load_grid(folder) if grid is None else grid
        self.cells, self.series = np.load(folder / f"{part}_windows.npy")
        self.ids = self.cells
        self.steps = self.grid.steps(self.cells, self.series)
        # Forecasts less than a horizon apart share true values: blocks of as many steps.
        since = self.steps - self.steps.min()
        self.units = since // max(1, min(HORIZON, (since.max() + 1) // FEWEST_BLOCKS))
        self.columns = [*SERIES, "forecast from"]
        self.output_dim = 1

    @cached_property
    def encoder(self) -> dict[str, Any]:
        """What was fitted on the training windows."""
        fitted: dict[str, Any] = json.loads((self.folder / "encoder.json").read_text())
        return fitted

    @cached_property
    def input_dim(self) -> int:
        """Channels of a step."""
        return int(self[torch.tensor([0])]["input"].shape[2])

    @property
    def model_arguments(self) -> dict[str, Any]:
        """What a model can use beyond its five arguments, if it accepts it."""
        return {"kind": "vectors", "warmup_steps": WARMUP_STEPS}

    @cached_property
    def truth(self) -> np.ndarray:
        places = self.cells[:, None] + np.arange(HORIZON)
        scale = np.load(self.folder / "scales.npy")[self.series]
        wide = np.repeat(scale[:, None], HORIZON, axis=1)
        return np.stack([self.grid.target[places], wide], axis=-1)

    @cached_property
    def names(self) -> pl.DataFrame:
        """What the series are called, in the order of their numbers."""
        return pl.DataFrame(pl.read_parquet(self.folder / "series.parquet"))

    @cached_property
    def table(self) -> pl.DataFrame:
        """The series and first step of each forecast, and the first true value."""
        names: pl.DataFrame = self.names[self.series]
        first = pl.Series(TARGETS[0], self.truth[:, 0, 0])
        begins = written(self.steps, clock()).alias("forecast from")
        return pl.DataFrame([*(names[name] for name in SERIES), begins, first])

    def __len__(self) -> int:
        return len(self.ids)

    def view(self, rows: np.ndarray) -> View:
        """All that may be known when these forecasts are made."""
        return look(self.grid, shape(), self.cells[rows], self.series[rows])

    def __getitem__(self, rows: Tensor) -> dict[str, Tensor]:
        chosen = rows.numpy()
        inputs = inputs_of(self.view(chosen), self.encoder)
        return inputs | {"target": target_of(inputs, self.truth[chosen, :, 0])}


def get_dataloaders(
    batch_size: int = 32, num_workers: int = 4
) -> tuple[BatchLoader, BatchLoader, BatchLoader]:
    """Loaders of train (shuffled), val and test (in the order of time)."""
    folder = prepare()

    def loader(part: str) -> BatchLoader:
        rows = Rows(folder, part)
        order = RowOrder(len(rows), batch_size, SEED if part == "train" else None)
        return BatchLoader(rows, order, num_workers)

    return loader("train"), loader("val"), loader("test")


# ---- again, and what is new ----------------------------------------------------------


def refit(rows: Rows) -> dict[str, Any]:
    """The encoder as these rows, the training part, determine it."""
    return fit_windows(rows.grid, shape(), rows.cells, rows.series)


def encode_again(rows: Rows, chosen: Tensor) -> dict[str, Tensor]:
    """`input` and `mask` of rows, of HIDDEN of them with all that is later hidden."""
    again = {name: rows[chosen][name] for name in ("input", "mask")}
    spaced = np.linspace(0, len(chosen) - 1, min(len(chosen), HIDDEN)).astype(int)
    for place in spaced:
        number = int(chosen[place])
        grid = until(
            rows.grid, rows.cells[number], rows.series[number], HORIZON, SEASONS[0]
        )
        cell = np.array([len(grid.target) - HORIZON])
        view = look(grid, shape(), cell, np.array([0]))
        for name, values in again.items():
            values[place] = inputs_of(view, rows.encoder)[name][0]
    return again


def read_rows(path: Path | None) -> pl.DataFrame:
    """New rows, as they stand in a file; None reads the data of this experiment."""
    raw = DATA / "raw"
    return read(raw, TABLES, READING) if path is None else read_file(path, READING)


def decode(raw: Tensor) -> np.ndarray:
    """Forecasts (N, HORIZON) in the target's own unit, which scoring.py keeps as such."""
    return raw.double().numpy()


if __name__ == "__main__":
    for loader in get_dataloaders(num_workers=0):
        shapes = {key: tuple(value.shape) for key, value in next(iter(loader)).items()}
        print(f"{len(loader.dataset):8,} forecasts, a batch: {shapes}")
