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

# isort: split
from dataloader import CLASSES, IDENTIFIERS, TARGETS, TEXTS, Rows

SHOWN_TEXTS = 8
SHOWN_LETTERS = 240  # of each
LENGTHS = 5  # groups of texts of similar length

# ---- columns -------------------------------------------------------------------------


def columns_of_classes(
    decoded: np.ndarray, targets: list[str], classes: list[str]
) -> pl.DataFrame:
    """The likeliest class of each row, and the probability of every class."""
    likeliest = [classes[i] for i in decoded.argmax(axis=1)]
    each = {f"p_{name}": decoded[:, i] for i, name in enumerate(classes)}
    return pl.DataFrame({"prediction": likeliest} | each)


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


# ---- tf idf --------------------------------------------------------------------------


def joined_texts(table: pl.DataFrame, columns: list[str]) -> list[str]:
    """The texts of each row, one behind the other; "" where there is none."""
    texts = [table[name].alias(str(i)).fill_null("") for i, name in enumerate(columns)]
    whole = pl.DataFrame(texts).select(pl.concat_str(pl.all(), separator="\n"))
    return [str(text).strip() for text in whole.to_series()]


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
        "lengths": by_length(rows.steps.lengths, distance(rows.truth, prediction)),
    }
    (run / "examples.json").write_text(json.dumps(examples))


def distance(truth: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """How far each row's prediction is from its truth, float64 (N,).

    Classes: what the probability of the right one lacks to that of the likeliest, 0
    where that is right. Labels and numbers: the mean absolute difference.
    """
    if truth.ndim == 1:
        own = prediction[np.arange(len(truth)), truth]
        lacking: np.ndarray = (prediction.max(axis=1) - own).astype(np.float64)
        return lacking
    apart: np.ndarray = np.abs(prediction - truth).mean(axis=1)
    return apart


def mistaken(rows: Rows, prediction: np.ndarray) -> list[dict[str, Any]]:
    """The texts farthest from their truth, none of those that were read right."""
    far = distance(rows.truth, prediction)
    order = np.argsort(-far, kind="stable")[:SHOWN_TEXTS]
    shown = [int(number) for number in order if far[number] > 0]
    texts = joined_texts(rows.table[shown], TEXTS) if shown else []
    guess = prediction.argmax(axis=1) if rows.truth.ndim == 1 else prediction
    return [
        {
            "row": int(rows.ids[number]),
            "text": brief(text),
            "truth": named(rows.truth[number]),
            "prediction": named(guess[number]),
            "sure": float(prediction[number].max()) if rows.truth.ndim == 1 else None,
        }
        for number, text in zip(shown, texts, strict=True)
    ]


def brief(text: str) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_LETTERS else line[: SHOWN_LETTERS - 1] + "…"


def named(value: np.ndarray) -> str:
    """A class, the labels that are given, or numbers, as people read them."""
    if np.ndim(value) == 0:
        return CLASSES[int(value)]
    if not CLASSES:
        return ", ".join(f"{number:.5g}" for number in value)
    return ", ".join(name for name, p in zip(CLASSES, value, strict=True) if p > 0.5)


def by_length(lengths: np.ndarray, far: np.ndarray) -> list[dict[str, Any]]:
    """Rows by how many steps they have: how many, and how far from the truth."""
    order = np.argsort(lengths, kind="stable")
    groups = [group for group in np.array_split(order, LENGTHS) if len(group)]
    return [
        {
            "from": int(lengths[group].min()),
            "to": int(lengths[group].max()),
            "rows": len(group),
            "right": float((far[group] == 0).mean()),
            "distance": float(far[group].mean()),
        }
        for group in groups
    ]
