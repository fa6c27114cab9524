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

from labwright.parts.columns import columns_of_classes, table_of_predictions
from labwright.parts.mistaken import distances, in_words
from labwright.recipes.image.dataloader import CLASSES, IDENTIFIERS, TARGETS, Rows

PICTURES = 18
SIDE = 96  # pixels of a picture at most

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
