"""What was predicted for each image, and those that were mistaken.

runs/<n>/predictions.parquet is of the test part, or of validation under --no-test;
runs/<n>/examples.json has the pictures that the report shows.
"""

import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch
from PIL import Image

# isort: split
from dataloader import CLASSES, IDENTIFIERS, TARGETS, Rows

PICTURES = 18
SIDE = 96  # pixels of a picture at most

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


# ---- predictions.parquet and examples.json -------------------------------------------


def write_predictions(run: Path, rows: Rows, prediction: np.ndarray) -> None:
    """A row for each evaluated row; pictures of those farthest from the truth."""
    predicted = columns_of_classes(prediction, TARGETS, CLASSES)
    identifiers = pl.DataFrame([rows.table[name] for name in IDENTIFIERS])
    table = table_of_predictions(
        rows.ids, rows.truth, predicted, identifiers, TARGETS, CLASSES
    )
    table.write_parquet(run / "predictions.parquet")
    worst = np.argsort(-distances(rows.truth, prediction), kind="stable")[:PICTURES]
    shown = [example(rows, number, prediction[number]) for number in worst]
    (run / "examples.json").write_text(json.dumps({"images": shown}))


def example(rows: Rows, number: int, prediction: np.ndarray) -> dict[str, Any]:
    """One image as plain data: truth, prediction and a picture of what the model saw."""
    truth = rows.truth[number]
    shown = {"row": int(rows.ids[number]), "image": picture(rows, number)}
    return shown | in_words(truth, prediction, CLASSES)


def picture(rows: Rows, number: int) -> str:
    """A PNG file of the image as it is prepared, in base64."""
    top, left, bottom, right = rows.boxes[number].tolist()
    pixels = rows.pixels(torch.tensor([number]))[0].numpy()[top:bottom, left:right]
    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    image.thumbnail((SIDE, SIDE))
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()
