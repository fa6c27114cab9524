"""What was predicted for each row, as a table that people and programs read.

runs/<n>/predictions.parquet is of the test part, or of validation under --no-test.
"""

from pathlib import Path

import numpy as np
import polars as pl

from labwright.parts.columns import columns_of_classes
from labwright.recipes.table.dataloader import CLASSES, IDENTIFIERS, TARGETS, Rows

# ---- predictions.parquet -------------------------------------------------------------


def write_predictions(run: Path, rows: Rows, prediction: np.ndarray) -> None:
    """A row for each evaluated row: its number in the source, identifiers, truth, guess."""
    columns = columns_of_classes(prediction, TARGETS, CLASSES)
    truth, names = rows.truth, CLASSES or TARGETS
    if truth.ndim == 1:
        target = {"target": [CLASSES[code] for code in truth]}
    elif len(names) == 1:
        target = {"target": truth[:, 0].tolist()}
    else:
        target = {
            f"target_{name}": truth[:, i].tolist() for i, name in enumerate(names)
        }
    known = pl.DataFrame({"row": rows.ids} | target)
    taken = {*known.columns, *columns.columns}
    ids = [rows.table[name] for name in IDENTIFIERS if name not in taken]
    table = pl.concat([known, pl.DataFrame(ids), columns], how="horizontal")
    table.write_parquet(run / "predictions.parquet")
