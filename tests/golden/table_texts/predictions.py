"""What was predicted for each row, as a table that people and programs read.

runs/<n>/predictions.parquet is of the test part, or of validation under --no-test.
"""

from pathlib import Path

import numpy as np
import polars as pl

# isort: split
from dataloader import CLASSES, IDENTIFIERS, TARGETS, Rows

# ---- columns -------------------------------------------------------------------------


def columns_of_numbers(
    decoded: np.ndarray, targets: list[str], classes: list[str]
) -> pl.DataFrame:
    """The number predicted for each target, in its own unit."""
    if len(targets) == 1:
        return pl.DataFrame({"prediction": decoded[:, 0]})
    return pl.DataFrame(
        {f"prediction_{name}": decoded[:, i] for i, name in enumerate(targets)}
    )


def table_of_predictions(
    ids: np.ndarray,
    truth: np.ndarray,
    predicted: pl.DataFrame,
    identifiers: pl.DataFrame,
    targets: list[str],
    classes: list[str],
) -> pl.DataFrame:
    """A row for each evaluated row: its number in the source, truth, identifiers, guess."""
    names = classes or targets
    if truth.ndim == 1:
        target = {"target": [classes[code] for code in truth]}
    elif len(names) == 1:
        target = {"target": truth[:, 0].tolist()}
    else:
        target = {
            f"target_{name}": truth[:, i].tolist() for i, name in enumerate(names)
        }
    known = pl.DataFrame({"row": ids} | target)
    taken = {*known.columns, *predicted.columns}
    kept = [column for column in identifiers if column.name not in taken]
    return pl.concat([known, pl.DataFrame(kept), predicted], how="horizontal")


# ---- predictions.parquet -------------------------------------------------------------


def write_predictions(run: Path, rows: Rows, prediction: np.ndarray) -> None:
    """A row for each evaluated row: its number in the source, identifiers, truth, guess."""
    predicted = columns_of_numbers(prediction, TARGETS, CLASSES)
    identifiers = pl.DataFrame([rows.table[name] for name in IDENTIFIERS])
    table = table_of_predictions(
        rows.ids, rows.truth, predicted, identifiers, TARGETS, CLASSES
    )
    table.write_parquet(run / "predictions.parquet")
