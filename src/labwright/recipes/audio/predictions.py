"""What was predicted for each sound, and pictures of those that were mistaken.

runs/<n>/predictions.parquet is of the test part, or of validation under --no-test;
runs/<n>/examples.json has the spectrograms that the report shows.
"""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch

from labwright.parts.columns import columns_of_classes, table_of_predictions
from labwright.parts.mel import mel_edges
from labwright.parts.mistaken import distances, in_words
from labwright.parts.png import png_of
from labwright.recipes.audio.dataloader import (
    BANDS,
    CLASSES,
    IDENTIFIERS,
    RATE,
    TARGETS,
    Rows,
)

PICTURES = 12
WIDTH = 128  # pixels of a picture at most, for its frames
HEIGHT = 64  # for its bands
RANGE = 70  # decibels from the darkest to the brightest

# ---- predictions.parquet and examples.json -------------------------------------------


def write_predictions(run: Path, rows: Rows, prediction: np.ndarray) -> None:
    """A row for each evaluated row; pictures of those farthest from the truth."""
    predicted = columns_of_classes(prediction, TARGETS, CLASSES)
    identifiers = pl.DataFrame([rows.table[name] for name in IDENTIFIERS])
    table = table_of_predictions(
        rows.ids, rows.truth, predicted, identifiers, TARGETS, CLASSES
    )
    table.write_parquet(run / "predictions.parquet")
    far = distances(rows.truth, prediction)
    worst = np.argsort(-far, kind="stable")[:PICTURES].tolist()
    edges = mel_edges(RATE, BANDS)
    examples = {
        "hertz": [round(edges[0]), round(edges[-1])],
        "sounds": [example(rows, number, prediction[number]) for number in worst],
    }
    (run / "examples.json").write_text(json.dumps(examples))


def example(rows: Rows, number: int, prediction: np.ndarray) -> dict[str, Any]:
    """One sound as plain data: truth, prediction, length and a picture."""
    truth = rows.truth[number]
    frames, _ = rows.frames.padded(torch.tensor([number]))
    picture = base64.b64encode(png_of(levels(frames[0].float().numpy()))).decode()
    shown: dict[str, Any] = {
        "row": int(rows.ids[number]),
        "seconds": round(rows.table["(duration)"][number], 3),
        "spectrogram": picture,
    }
    return shown | in_words(truth, prediction, CLASSES)


def levels(frames: np.ndarray) -> np.ndarray:
    """Decibels (T, bands) as levels of a picture, uint8; low pitches at the bottom."""
    small = smaller(smaller(frames, WIDTH).T, HEIGHT)[::-1]
    top = small.max()
    shares = (small - (top - RANGE)) / RANGE
    drawn: np.ndarray = (255 * shares.clip(0, 1)).round().astype(np.uint8)
    return drawn


def smaller(values: np.ndarray, most: int) -> np.ndarray:
    """At most so many lines: means of neighbours."""
    groups = np.array_split(np.arange(len(values)), min(len(values), most))
    return np.stack([values[group].mean(axis=0) for group in groups])
