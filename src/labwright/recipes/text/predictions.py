"""What was predicted for each text, and those that were most surely mistaken.

runs/<n>/predictions.parquet is of the test part, or of validation under --no-test;
runs/<n>/examples.json has what the report shows: some texts, shortened, and how well
texts of each length are read.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from labwright.parts.columns import columns_of_classes, table_of_predictions
from labwright.parts.mistaken import distances, in_words
from labwright.parts.tf_idf import joined_texts
from labwright.recipes.text.dataloader import (
    CLASSES,
    IDENTIFIERS,
    TARGETS,
    TEXTS,
    Rows,
)

SHOWN_TEXTS = 8
SHOWN_LETTERS = 240  # of each
LENGTHS = 5  # groups of texts of similar length

# ---- predictions.parquet and examples.json -------------------------------------------


def write_predictions(run: Path, rows: Rows, prediction: np.ndarray) -> None:
    """A row for each evaluated row; a few of those farthest from the truth."""
    predicted = columns_of_classes(prediction, TARGETS, CLASSES)
    identifiers = pl.DataFrame([rows.table[name] for name in IDENTIFIERS])
    table = table_of_predictions(
        rows.ids, rows.truth, predicted, identifiers, TARGETS, CLASSES
    )
    table.write_parquet(run / "predictions.parquet")
    examples = {
        "texts": mistaken(rows, prediction),
        "lengths": by_length(rows, prediction),
    }
    (run / "examples.json").write_text(json.dumps(examples))


def mistaken(rows: Rows, prediction: np.ndarray) -> list[dict[str, Any]]:
    """The texts farthest from their truth, none of those that were read right."""
    shown: dict[int, dict[str, Any]] = {}
    for number in np.argsort(-distances(rows.truth, prediction), kind="stable"):
        said = in_words(rows.truth[number], prediction[number], CLASSES)
        if not said.get("right"):
            shown[int(number)] = said
        if len(shown) == SHOWN_TEXTS:
            break
    texts = joined_texts(rows.table[list(shown)], TEXTS) if shown else []
    return [
        {"row": int(rows.ids[number]), "text": brief(text)} | shown[number]
        for number, text in zip(shown, texts, strict=True)
    ]


def brief(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_LETTERS else line[: SHOWN_LETTERS - 1] + "…"


def by_length(rows: Rows, prediction: np.ndarray) -> list[dict[str, Any]]:
    """Rows by how many steps they have: how many, and how well they are read.

    Of classes the share that is right; of labels and numbers the mean distance.
    """
    lengths = rows.steps.lengths
    if one_class := rows.truth.ndim == 1:
        figures = prediction.argmax(axis=1) == rows.truth
    else:
        figures = distances(rows.truth, prediction)
    order = np.argsort(lengths, kind="stable")
    groups = [group for group in np.array_split(order, LENGTHS) if len(group)]
    return [
        {
            "from": int(lengths[group].min()),
            "to": int(lengths[group].max()),
            "rows": len(group),
            "right" if one_class else "distance": float(figures[group].mean()),
        }
        for group in groups
    ]
