"""Apply a trained model to new series.

    python predict.py new.ts                   # writes predictions/new.csv
    python predict.py new.ts --run 002 --output scores.parquet

The best checkpoint of the latest run is used. The new file has the format and the columns
of the training data; the target may be absent, and series may be of any length. The
output has a row for each series: identifiers, the prediction, and the probability of
each class or label.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytorch_lightning as lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader

# isort: split
from checkpoints import checkpoint_of, trained_model
from dataloader import (
    CHANNELS,
    CLASSES,
    IDENTIFIERS,
    SERIES_KEYS,
    TARGETS,
    clean_rows,
    decode,
    encode_rows,
    read_rows,
)
from scoring import INFERENCE_ROWS, predict, quieten

HERE = Path(__file__).resolve().parent

# ---- columns -------------------------------------------------------------------------


def columns_of_classes(
    decoded: np.ndarray, targets: list[str], classes: list[str]
) -> pl.DataFrame:
    """The likeliest class of each row, and the probability of every class."""
    likeliest = [classes[i] for i in decoded.argmax(axis=1)]
    each = {f"p_{name}": decoded[:, i] for i, name in enumerate(classes)}
    return pl.DataFrame({"prediction": likeliest} | each)


# ---- save table ----------------------------------------------------------------------

FORMULA = r"^[=+\-@\t\r]"  # what a spreadsheet runs instead of showing it


def save_table(table: pl.DataFrame, path: Path, exact: bool = False) -> None:
    """Write as Parquet where the suffix says so, else as CSV.

    In CSV a text that a spreadsheet would take for a formula begins with an apostrophe,
    unless it must be `exact` for the program that reads it. Parquet has texts as they are.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        table.write_parquet(path)
        return
    if exact:
        table.write_csv(path)
        return
    names = without_formulas(pl.Series(table.columns, dtype=pl.String))
    cells = [without_formulas(column) for column in table]
    pl.DataFrame(dict(zip(names, cells, strict=True))).write_csv(path)


def without_formulas(column: pl.Series) -> pl.Series:
    """Texts of which none is a formula; what reads as a number stays one, -1 for one."""
    if column.dtype not in (pl.String, pl.Categorical, pl.Enum):
        return column
    texts = column.cast(pl.String)
    numbers = texts.cast(pl.Float64, strict=False).is_not_null()
    formulas = (texts.str.contains(FORMULA) & ~numbers).fill_null(False)
    return texts.zip_with(~formulas, "'" + texts)


# ---- series --------------------------------------------------------------------------


def parse_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("new_file", type=Path)
    parser.add_argument("--run", help="such as 002; the latest if not given")
    parser.add_argument("--output", type=Path, help="CSV, or Parquet by its suffix")
    return parser.parse_args()


def complete(table: pl.DataFrame) -> pl.DataFrame:
    """The table with every identifier; one that is absent is missing.

    Raises:
        ValueError: a column of the series is absent.
    """
    steps = [name for columns in CHANNELS.values() for name in columns]
    wanted = [*steps, *SERIES_KEYS]
    if absent := [name for name in wanted if name not in table.columns]:
        raise ValueError(
            f"expected the columns of the training series, found none of {absent[:5]} "
            f"among {table.columns[:5]}. Is this file of the same kind as those?"
        )
    others = [name for name in IDENTIFIERS if name not in table.columns]
    return table.with_columns(pl.lit(None, pl.String).alias(name) for name in others)


def outputs(model: lightning.LightningModule, rows: pl.DataFrame) -> Tensor:
    """Raw outputs of the model for every series, float32 (N, output_dim)."""
    lengths = rows.select(
        pl.max_horizontal(pl.selectors.by_name(list(CHANNELS)).list.len())
    ).to_series()
    order = lengths.fill_null(0).arg_sort()  # similar lengths together pad little
    size = INFERENCE_ROWS
    few = [order[i : i + size] for i in range(0, len(order), size)]
    batches: Any = [encode_rows(rows[numbers]) for numbers in few]
    raw = predict(model, DataLoader(batches, batch_size=None))
    return raw[torch.from_numpy(np.argsort(order.to_numpy(), kind="stable"))]


# ---- what is written -----------------------------------------------------------------


def main() -> int:
    """Predict the series of one file."""
    options = parse_options()
    quieten()
    try:
        rows = clean_rows(complete(read_rows(options.new_file)), judged=False)
        raw = outputs(trained_model(checkpoint_of(options.run)), rows)
        predicted = columns_of_classes(decode(raw), TARGETS, CLASSES)
        ids = [rows[name] for name in IDENTIFIERS if name not in predicted.columns]
        table = pl.DataFrame(ids + predicted.get_columns())
        path = options.output or HERE / "predictions" / f"{options.new_file.stem}.csv"
        save_table(table, path)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"series: {len(table)}")
    print(f"predictions: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
