"""Apply a trained model to new texts.

    python predict.py new.csv         # writes predictions/new.csv
    python predict.py folder_of_texts # .txt files
    python predict.py new.jsonl --run 002 --output scores.parquet

The best checkpoint of the latest run is used. A table has the columns of the training
data, in their format, or is CSV, JSON lines or Parquet by its suffix; the target may be
absent, and an absent column of texts counts as empty, and is named. The output has the
identifiers, the prediction, and the probability of each class or label.
"""

import argparse
import os
import sys
from pathlib import Path, PurePosixPath
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
    CLASSES,
    IDENTIFIERS,
    TABLES,
    TARGETS,
    TEXTS,
    clean_rows,
    decode,
    encode_rows,
    read_rows,
)
from padding import batch_of
from scoring import INFERENCE_ROWS, predict, quieten

HERE = Path(__file__).resolve().parent

# ---- folder --------------------------------------------------------------------------

JUNK = {"__macosx", "thumbs.db", "desktop.ini", "@eadir"}  # beside hidden files


def is_content(path: PurePosixPath) -> bool:
    """Whether a path below a folder stays in it and is no system's leftover."""
    odd = any(part.startswith(".") or part.lower() in JUNK for part in path.parts)
    return not odd and not path.is_absolute()


def files_below(folder: Path) -> list[str]:
    """Paths of the files below `folder`, relative to it, written with / and sorted."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if is_content(PurePosixPath(name))]
        inside = PurePosixPath(Path(place).relative_to(folder).as_posix())
        found += [str(inside / n) for n in names if is_content(PurePosixPath(n))]
    return sorted(found)


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


# ---- rows ----------------------------------------------------------------------------


def parse_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("new", type=Path, help="a table, a text, or a folder of texts")
    parser.add_argument("--run", help="such as 002; the latest if not given")
    parser.add_argument("--output", type=Path, help="CSV, or Parquet by its suffix")
    return parser.parse_args()


def new_table(path: Path) -> pl.DataFrame:
    """The rows of a file or folder.

    Raises:
        FileNotFoundError: there is nothing, or no text in the folder.
    """
    if not path.exists():
        raise FileNotFoundError(f"expected a file or folder at {path}, found none.")
    suffix = path.suffix.lower()
    if path.is_dir() or suffix == ".txt":
        return texts_of(path)
    if suffix != Path(TABLES[0]).suffix.lower():
        if suffix == ".parquet":
            return pl.read_parquet(path)
        if suffix in (".jsonl", ".ndjson"):
            return pl.read_ndjson(path, infer_schema_length=None)
        if suffix == ".csv":
            return pl.read_csv(path, infer_schema=False)
    return read_rows(path)


def texts_of(path: Path) -> pl.DataFrame:
    """A row for each .txt file, its text in the first column of texts."""
    folder, names = path, [n for n in files_below(path) if n.lower().endswith(".txt")]
    if path.is_file():
        folder, names = path.parent, [path.name]
    if not names:
        raise FileNotFoundError(f"expected .txt files below {path}, found none.")
    texts = [(folder / name).read_text("utf-8", errors="replace") for name in names]
    return pl.DataFrame({"file": names, TEXTS[0]: texts})


def complete(table: pl.DataFrame) -> pl.DataFrame:
    """The table with every column that is read; what is absent is empty.

    Raises:
        ValueError: not one column of texts is there.
    """
    absent = [name for name in TEXTS if name not in table.columns]
    if len(absent) == len(TEXTS):
        raise ValueError(
            f"expected a column of texts among {TEXTS}, found {table.columns}. "
            "Is this file of the same kind as the training data?"
        )
    if absent:
        print(f"missing columns, taken as empty: {absent}", file=sys.stderr)
    absent += [name for name in IDENTIFIERS if name not in table.columns]
    return table.with_columns(
        pl.lit(None, dtype=pl.String).alias(name) for name in dict.fromkeys(absent)
    )


# ---- predictions ---------------------------------------------------------------------


def outputs(model: lightning.LightningModule, steps: list[Tensor]) -> Tensor:
    """Raw outputs of the model for every row, float32 (N, output_dim)."""
    order = torch.tensor([len(each) for each in steps]).argsort(stable=True)
    some = torch.split(order, INFERENCE_ROWS)
    batches: Any = [batch_of([steps[i] for i in rows.tolist()]) for rows in some]
    raw = predict(model, DataLoader(batches, batch_size=None))
    return raw[order.argsort()]


def main() -> int:
    """Predict the texts of one file or folder."""
    options = parse_options()
    quieten()
    try:
        new = new_table(options.new)
        rows = clean_rows(complete(new), judged=False)
        model = trained_model(checkpoint_of(options.run))
        decoded = decode(outputs(model, encode_rows(rows)))
        predicted = columns_of_classes(decoded, TARGETS, CLASSES)
        names = ["file"] if "file" not in IDENTIFIERS and options.new.is_dir() else []
        ids = [new[name] for name in names] + [rows[name] for name in IDENTIFIERS]
        kept = [column for column in ids if column.name not in predicted.columns]
        table = pl.DataFrame(kept + predicted.get_columns())
        path = options.output or HERE / "predictions" / f"{options.new.stem}.csv"
        save_table(table, path)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"rows: {len(table)}")
    print(f"predictions: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
