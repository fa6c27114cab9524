"""Apply a trained model to new rows of the same columns.

    python predict.py new.csv                  # writes predictions/new.csv
    python predict.py test.csv --submission sample_submission.csv
    python predict.py new.csv --run 002 --output scores.csv

The best checkpoint of the latest run is used. The new file has the format and the columns
of the training data; the target may be absent. A column that is missing counts as missing
values, and is named; a category that training never saw counts as a rare one. The output
has the identifiers, the prediction, and the probability of each class or label.
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
    CATEGORIES,
    CLASSES,
    DATES,
    IDENTIFIERS,
    NUMBERS,
    TARGETS,
    TEXTS,
    clean_rows,
    decode,
    encode_rows,
    read_rows,
)
from scoring import INFERENCE_ROWS, predict, quieten

HERE = Path(__file__).resolve().parent

# A submission with one column to fill gets the probability of the last class, not a
# class, where the task's metric judges probabilities.
SUBMIT_PROBABILITIES = True

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
    parser.add_argument("new_file", type=Path)
    parser.add_argument("--run", help="such as 002; the latest if not given")
    parser.add_argument("--output", type=Path, help="CSV, or Parquet by its suffix")
    parser.add_argument("--submission", type=Path, metavar="SAMPLE")
    return parser.parse_args()


def complete(table: pl.DataFrame) -> pl.DataFrame:
    """The table with every column that training used; what is absent is missing.

    Raises:
        ValueError: not one input is there.
    """
    inputs = [*NUMBERS, *CATEGORIES, *TEXTS, *DATES]
    absent = [name for name in inputs if name not in table.columns]
    if len(absent) == len(inputs):
        raise ValueError(
            f"expected some of the columns {inputs}, found {table.columns}. "
            "Is this file of the same kind as the training data?"
        )
    if absent:
        print(f"missing columns, taken as missing values: {absent}", file=sys.stderr)
    absent += [name for name in IDENTIFIERS if name not in table.columns]
    return table.with_columns(
        pl.lit(None, dtype=pl.String).alias(name) for name in dict.fromkeys(absent)
    )


# ---- model ---------------------------------------------------------------------------


def outputs(model: lightning.LightningModule, values: Tensor, known: Tensor) -> Tensor:
    """Raw outputs of the model for every row, float32 (N, output_dim)."""
    pairs = zip(
        torch.split(values, INFERENCE_ROWS),
        torch.split(known, INFERENCE_ROWS),
        strict=True,
    )
    batches: Any = [{"input": x, "mask": mask} for x, mask in pairs]
    return predict(model, DataLoader(batches, batch_size=None))


# ---- what is written -----------------------------------------------------------------


def submission(
    sample: pl.DataFrame, new: pl.DataFrame, decoded: np.ndarray
) -> pl.DataFrame:
    """The sample's rows and columns, filled with predictions.

    Its first column names the rows; the others are the targets, or the classes whose
    probabilities are asked for.

    Raises:
        ValueError: a row or a column of the sample is not known here, or a row has two
            predictions.
    """
    key, *wanted = sample.columns
    if not wanted:
        raise ValueError(
            f"expected a column to fill beside {key!r} in the sample, found none. "
            "Give the sample submission, with all of its columns."
        )
    if key not in new.columns:
        raise ValueError(
            f"expected the sample's first column, {key!r}, in the new file, "
            f"found {new.columns}. Give the sample that belongs to this file."
        )
    predicted = columns_of_classes(decoded, TARGETS, CLASSES)
    if len(wanted) == 1 and wanted[0] not in CLASSES:
        last = f"p_{CLASSES[-1]}" if SUBMIT_PROBABILITIES else predicted.columns[0]
        filled = {wanted[0]: predicted[last]}
    else:
        known = CLASSES or TARGETS
        if unknown := [name for name in wanted if name not in known]:
            raise ValueError(
                f"expected columns among {known}, found {unknown} in the sample. "
                "Rename them in the sample, or write predictions without --submission."
            )
        filled = {name: pl.Series(decoded[:, known.index(name)]) for name in wanted}
    ids = new[key].alias("key").cast(pl.String).str.strip_chars()
    if again := len(ids) - ids.n_unique():
        raise ValueError(
            f"expected each {key!r} once in the new file, found {again} that come again. "
            "Give the file whose rows the sample names."
        )
    found = pl.DataFrame({key: ids} | filled)
    keys = sample.select(pl.nth(0).cast(pl.String).str.strip_chars())
    joined = keys.join(found, on=key, how="left", maintain_order="left")
    if lost := joined[wanted[0]].null_count():
        raise ValueError(
            f"expected every {key!r} of the sample in the new file, found {lost} of "
            f"{len(sample)} absent. Give the new file that belongs to this sample."
        )
    return joined


def main() -> int:
    """Predict the rows of one file."""
    options = parse_options()
    quieten()
    try:
        new = read_rows(options.new_file)
        rows = clean_rows(complete(new), judged=False)
        model = trained_model(checkpoint_of(options.run))
        raw = outputs(model, *encode_rows(rows))
        decoded = decode(raw)
        if options.submission:
            sample = pl.read_csv(options.submission, infer_schema=False)
            table, name = submission(sample, new, decoded), "submission.csv"
        else:
            predicted = columns_of_classes(decoded, TARGETS, CLASSES)
            ids = [rows[name] for name in IDENTIFIERS if name not in predicted.columns]
            table = pl.DataFrame(ids + predicted.get_columns())
            name = f"{options.new_file.stem}.csv"
        path = options.output or HERE / "predictions" / name
        # the keys of a submission are read by a program, which knows them as they are
        save_table(table, path, exact=bool(options.submission))
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"rows: {len(table)}")
    print(f"predictions: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
