"""What was predicted for each row, as a table that people and programs read.

runs/<n>/predictions.parquet is of the test part, or of validation under --no-test.
"""

from pathlib import Path

import numpy as np
import polars as pl

from labwright.parts.columns import columns_of_classes, table_of_predictions
from labwright.recipes.table.dataloader import CLASSES, IDENTIFIERS, TARGETS, Rows

# ---- predictions.parquet -------------------------------------------------------------


def write_predictions(run: Path, rows: Rows, prediction: np.ndarray) -> None:
    """A row for each evaluated row: its number in the source, identifiers, truth, guess."""
    predicted = columns_of_classes(prediction, TARGETS, CLASSES)
    identifiers = pl.DataFrame([rows.table[name] for name in IDENTIFIERS])
    table = table_of_predictions(
        rows.ids, rows.truth, predicted, identifiers, TARGETS, CLASSES
    )
    table.write_parquet(run / "predictions.parquet")
