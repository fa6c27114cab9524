"""What was predicted for each sound, and pictures of those that were mistaken.

runs/<n>/predictions.parquet is of the test part, or of validation under --no-test;
runs/<n>/examples.json has the spectrograms that the report shows.
"""

import base64
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch

# isort: split
from dataloader import BANDS, CLASSES, IDENTIFIERS, RATE, TARGETS, Rows

PICTURES = 12
WIDTH = 128  # pixels of a picture at most, for its frames
HEIGHT = 64  # for its bands
RANGE = 70  # decibels from the darkest to the brightest

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


# ---- mel -----------------------------------------------------------------------------

LOWEST_HERTZ = 20.0  # below is no sound that people hear, but hum and offset


def mel_of(hertz: np.ndarray | float) -> np.ndarray | float:
    """Pitch on the mel scale, as HTK has it (Young et al., The HTK Book, 5.4).

    mel = 2595 log10(1 + hertz / 700), so that 1,000 Hz are 1,000 mel (O'Shaughnessy,
    Speech Communication, 1987).
    """
    return 2595 * np.log10(1 + np.asarray(hertz) / 700)


def hertz_of(mel: np.ndarray | float) -> np.ndarray | float:
    """The inverse of `mel_of`."""
    return 700 * (10 ** (np.asarray(mel) / 2595) - 1)


def mel_edges(rate: int, bands: int) -> np.ndarray:
    """Where bands begin, have their top and end, in hertz (bands + 2,).

    Band i begins at edge i, is highest at edge i + 1 and ends at edge i + 2.
    """
    mel = np.linspace(mel_of(LOWEST_HERTZ), mel_of(rate / 2), bands + 2)
    return np.asarray(hertz_of(mel))


# ---- png -----------------------------------------------------------------------------

# Colours along viridis (van der Walt and Smith, 2015), evenly spaced, as it is for
# readers who do not tell red from green.
VIRIDIS = (
    *((68, 1, 84), (72, 40, 120), (62, 74, 137), (49, 104, 142), (38, 130, 142)),
    *((31, 158, 137), (53, 183, 121), (109, 205, 89), (180, 222, 44), (253, 231, 37)),
)


def png_of(levels: np.ndarray) -> bytes:
    """A PNG file of levels, uint8 (height, width): 0 is dark violet, 255 bright yellow."""
    height, width = levels.shape
    steps = np.linspace(0, len(VIRIDIS) - 1, 256)
    known = np.arange(len(VIRIDIS))
    colours = [
        np.interp(steps, known, channel) for channel in zip(*VIRIDIS, strict=True)
    ]
    palette = np.stack(colours, axis=1).round().astype(np.uint8).tobytes()
    lines = np.pad(levels.astype(np.uint8), ((0, 0), (1, 0)))  # each with filter type 0
    header = struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk_of(*chunk) for chunk in chunks)


def chunk_of(kind: bytes, content: bytes) -> bytes:
    """A chunk of the file, with its length before and its checksum behind it."""
    checksum = zlib.crc32(kind + content)
    return (
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
    )


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
