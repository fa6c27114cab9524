"""What was predicted for each series, and the curves that the report shows.

runs/<n>/predictions.parquet is of the test part, or of validation under --no-test;
runs/<n>/examples.json has the mean curve of each class, or of series with low and high
targets, and the series that were mistaken most.
"""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

# isort: split
from dataloader import CHANNELS, CLASSES, IDENTIFIERS, TARGETS, Rows

SHOWN_CLASSES = 6  # the most frequent ones
EXAMPLES = 6  # series that were mistaken most
POINTS = 60  # of a curve at most, evenly spaced from the first step to the last

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


# ---- series --------------------------------------------------------------------------


def steps_of(table: pl.DataFrame, channels: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The steps of all series, one behind the other, and how many each has.

    Channels of one series may differ in length; steps behind the last value of any are
    left out. A series without any value has one empty step.

    Args:
        table: A row a series.
        channels: Columns of lists of numbers, null where a step has none.

    Returns:
        float64 (S, C) with NaN where there is no value, and int64 (N,).
    """
    flat = [positioned(table[name]) for name in channels]
    lengths = np.ones(len(table), dtype=np.int64)
    for rows, positions, _ in flat:
        np.maximum.at(lengths, rows, positions + 1)
    first = lengths.cumsum() - lengths  # where the steps of each series begin
    steps = np.full((lengths.sum(), len(channels)), np.nan)
    for channel, (rows, positions, values) in enumerate(flat):
        steps[first[rows] + positions, channel] = values
    return steps, lengths


def positioned(lists: pl.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every value of a column of lists: its row, its position there, and itself."""
    lengths = lists.list.len().fill_null(0).to_numpy().astype(np.int64)
    values = lists.filter(lengths > 0).explode().cast(pl.Float64).to_numpy()
    rows = np.repeat(np.arange(len(lists)), lengths)
    positions = np.arange(len(rows)) - np.repeat(lengths.cumsum() - lengths, lengths)
    known = np.isfinite(values)
    return rows[known], positions[known], values[known]


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


# ---- summarize -----------------------------------------------------------------------


def padded_steps(steps: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Steps (S, C) of series behind each other as (N, T, C), NaN behind each end."""
    within = np.arange(lengths.max(initial=1)) < lengths[:, None]  # (N, T)
    padded = np.full((*within.shape, steps.shape[1]), np.nan, dtype=steps.dtype)
    padded[within] = steps
    return padded


# ---- predictions.parquet and examples.json -------------------------------------------


def write_predictions(run: Path, rows: Rows, prediction: np.ndarray) -> None:
    """A row for each evaluated series; curves of classes, and of what was mistaken."""
    predicted = columns_of_classes(prediction, TARGETS, CLASSES)
    identifiers = pl.DataFrame([rows.table[name] for name in IDENTIFIERS])
    table = table_of_predictions(
        rows.ids, rows.truth, predicted, identifiers, TARGETS, CLASSES
    )
    table.write_parquet(run / "predictions.parquet")
    (run / "examples.json").write_text(json.dumps(examples(rows, prediction)))


def examples(rows: Rows, prediction: np.ndarray) -> dict[str, Any]:
    """The curves as plain data, of the channel in which the groups differ most."""
    groups = groups_of(rows.truth)
    steps, lengths = steps_of(rows.table, list(CHANNELS))
    curves = resampled(steps, lengths)  # (N, POINTS, C)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of points where no series has a value
        means = np.stack([np.nanmean(curves[chosen], axis=0) for _, chosen in groups])
        apart = np.nan_to_num(np.nanmean(np.nanvar(means, axis=0), axis=0))
        spread = np.nan_to_num(np.nanvar(curves, axis=(0, 1)), nan=1.0)
        channel = int((apart / np.maximum(spread, 1e-12)).argmax())
        whole = np.nanmean(curves[..., channel], axis=0)
    worst = np.argsort(-distances(rows.truth, prediction), kind="stable")[:EXAMPLES]
    return {
        "channel": list(CHANNELS)[channel],
        "channels": len(CHANNELS),
        "all": plain(whole),
        "groups": [
            {"name": name, "rows": int(chosen.sum()), "mean": plain(mean[:, channel])}
            for (name, chosen), mean in zip(groups, means, strict=True)
        ],
        "series": [
            example(rows, number, prediction[number])
            | {
                "steps": int(lengths[number]),
                "curve": plain(curves[number, :, channel]),
            }
            for number in worst
        ],
    }


# ---- curves --------------------------------------------------------------------------


def groups_of(truth: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The classes, the most frequent first; labels; or thirds of the numbers."""
    if not CLASSES:
        low, high = np.quantile(truth[:, 0], [1 / 3, 2 / 3])
        chosen = [truth[:, 0] <= low, truth[:, 0] > high]
        names = [f"{TARGETS[0]} up to {low:.4g}", f"{TARGETS[0]} above {high:.4g}"]
    else:
        codes = range(len(CLASSES))
        chosen = [truth == c if truth.ndim == 1 else truth[:, c] == 1 for c in codes]
        names = CLASSES
    found = [(n, rows) for n, rows in zip(names, chosen, strict=True) if rows.any()]
    found.sort(key=lambda group: -group[1].sum() if CLASSES else 0)
    return found[:SHOWN_CLASSES] or [("all", np.ones(len(truth), dtype=bool))]


def resampled(steps: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Each series at evenly spaced shares of its time, (N, points, C)."""
    points = min(POINTS, int(lengths.max()))
    places = np.linspace(0, 1, points) * (lengths[:, None] - 1)
    rows = np.arange(len(lengths))[:, None]
    curves: np.ndarray = padded_steps(steps, lengths)[rows, places.round().astype(int)]
    return curves


def plain(curve: np.ndarray) -> list[float | None]:
    """Numbers as JSON has them."""
    return [float(f"{x:.5g}") if np.isfinite(x) else None for x in curve]


# ---- series --------------------------------------------------------------------------


def example(rows: Rows, number: int, prediction: np.ndarray) -> dict[str, Any]:
    """What one series is, and what it was taken for."""
    truth = rows.truth[number]
    shown: dict[str, Any] = {"row": int(rows.ids[number])}
    return shown | in_words(truth, prediction, CLASSES)
