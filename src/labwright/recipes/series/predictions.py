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

from labwright.parts.columns import columns_of_classes, table_of_predictions
from labwright.parts.mistaken import distances, in_words
from labwright.parts.series import steps_of
from labwright.parts.summarize import padded_steps
from labwright.recipes.series.dataloader import (
    CHANNELS,
    CLASSES,
    IDENTIFIERS,
    TARGETS,
    Rows,
)

SHOWN_CLASSES = 6  # the most frequent ones
EXAMPLES = 6  # series that were mistaken most
POINTS = 60  # of a curve at most, evenly spaced from the first step to the last

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
