"""What was predicted for each row, as a table that people and programs read.

runs/<n>/predictions.parquet is of the test part, or of validation under --no-test. A long
row is there in several stretches. examples.json has some of the rows for the report.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

# isort: split
from baselines import words_of
from dataloader import CLASSES, COLUMN, IDENTIFIERS, Rows

EXAMPLES = 24  # rows with wrong tags, evenly spaced among them
MOST_WORDS = 60  # of an example

# ---- spans ---------------------------------------------------------------------------

MOST_TAGS = 1 << 16

NO_TAG = -100  # behind the last word of a row, and for a word without a tag


# ---- predictions.parquet -------------------------------------------------------------


def named(codes: np.ndarray, counts: np.ndarray) -> list[list[str | None]]:
    """The tags that codes (N, W) stand for; None where a word has none."""
    names = [*CLASSES, None]
    numbers = np.where(codes == NO_TAG, len(CLASSES), codes % MOST_TAGS)
    return [
        [names[number] for number in row[:count]]
        for row, count in zip(numbers, counts, strict=True)
    ]


def write_predictions(run: Path, rows: Rows, prediction: np.ndarray) -> None:
    """A row for each evaluated row: its number in the source, words, true and given tags."""
    counts = rows.stored.counts
    known = {
        "row": rows.ids,
        COLUMN: words_of(rows),
        "target": named(rows.truth, counts),
        "prediction": named(prediction, counts),
    }
    ids = {
        name: rows.table[name][rows.stored.row]
        for name in IDENTIFIERS
        if name not in known
    }
    table = pl.DataFrame({"row": known.pop("row")} | ids | known)
    table.write_parquet(run / "predictions.parquet")
    (run / "examples.json").write_text(
        json.dumps({"sentences": examples(table)}, ensure_ascii=False)
    )


def examples(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Some rows with a wrong tag, as plain data: words, true and given tags."""
    wrong = table.filter(pl.col("target") != pl.col("prediction"))
    some = wrong.gather_every(max(1, len(wrong) // EXAMPLES)).head(EXAMPLES)
    return [
        {
            "row": row["row"],
            "words": row[COLUMN][:MOST_WORDS],
            "target": row["target"][:MOST_WORDS],
            "prediction": row["prediction"][:MOST_WORDS],
        }
        for row in some.iter_rows(named=True)
    ]
