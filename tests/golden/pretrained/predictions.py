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


# ---- mistaken ------------------------------------------------------------------------


def distances(truth: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """How far each row's prediction is from its truth, (N,): the most wrong is highest.

    Of a class what its probability lacks to 1; of labels and numbers the mean absolute
    difference, in standard deviations of the truth.
    """
    if truth.ndim == 1:
        missed: np.ndarray = 1 - prediction[np.arange(len(truth)), truth]
        return missed
    spread = np.maximum(truth.std(axis=0), 1e-12)
    far: np.ndarray = (np.abs(prediction - truth) / spread).mean(axis=1)
    return far


def in_words(
    truth: np.ndarray, prediction: np.ndarray, classes: list[str]
) -> dict[str, Any]:
    """What one row is and what it was taken for, and whether that is right.

    Args:
        truth: A class (), labels (K,) or numbers (K,).
        prediction: Probabilities (C,) or (K,), or numbers (K,).
        classes: Names of classes or labels; none of numbers, which are not right or wrong.
    """
    if truth.ndim == 0:
        guess = int(prediction.argmax())
        return {
            "truth": classes[int(truth)],
            "prediction": classes[guess],
            "probability": round(float(prediction[guess]), 4),
            "right": guess == int(truth),
        }
    if not classes:
        numbers = {"truth": truth, "prediction": prediction}
        return {
            key: ", ".join(f"{x:.4g}" for x in each) for key, each in numbers.items()
        }
    true = [name for name, t in zip(classes, truth, strict=True) if t]
    given = [name for name, p in zip(classes, prediction, strict=True) if p > 0.5]
    words = {"truth": ", ".join(true), "prediction": ", ".join(given)}
    return words | {"right": true == given}


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
