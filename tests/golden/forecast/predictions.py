"""What was forecast, as a table that people and programs read.

runs/<n>/predictions.parquet is of the test part, or of validation under --no-test: a row
for each forecast and step. examples.json has a few forecasts with their history, for
pictures, and the error at each step ahead.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

# isort: split
from dataloader import HISTORY, HORIZON, SERIES, TARGETS, Rows, clock
from offset import last_season
from timing import written

SHOWN = 6  # forecasts in examples.json
SHOWN_HISTORY = 200  # steps of history of each, at most

# ---- predictions.parquet -------------------------------------------------------------


def write_predictions(run: Path, rows: Rows, prediction: np.ndarray) -> None:
    """A row for each forecast and step of it: series, time, truth, forecast."""
    ahead = np.arange(HORIZON)
    steps = (rows.steps[:, None] + ahead).reshape(-1)
    truth = rows.truth[..., 0]
    names = rows.names[np.repeat(rows.series, HORIZON)]
    taken = {"row", "time", "forecast from", "step", "target", "prediction"}
    known = pl.DataFrame(
        {
            "row": np.repeat(rows.ids, HORIZON),
            "forecast from": written(np.repeat(rows.steps, HORIZON), clock()),
            "step": np.tile(ahead + 1, len(rows)),
            "time": written(steps, clock()),
            "target": pl.Series(truth.reshape(-1)).fill_nan(None),
            "prediction": prediction.reshape(-1),
        }
    )
    columns = [names[name] for name in SERIES if name not in taken]
    table = known.with_columns(columns)
    table.write_parquet(run / "predictions.parquet")
    (run / "examples.json").write_text(json.dumps(examples(rows, prediction)))


# ---- examples.json -------------------------------------------------------------------


def examples(rows: Rows, prediction: np.ndarray) -> dict[str, Any]:
    """Forecasts with their history, and errors by step; None where a value is unknown."""
    view = rows.view(np.arange(len(rows)))
    centre, scale = view["centre"][:, None], view["scale"][:, None]
    naive = last_season(view, {}) * scale + centre
    history = view["value"] * scale + centre
    history[~view["given"]] = np.nan
    truth = rows.truth[..., 0]
    errors = {
        "model": np.abs(prediction - truth),
        "seasonal naive": np.abs(naive - truth),
    }
    return {
        "target": TARGETS[0],
        "forecasts": [
            {
                "series": " · ".join(rows.names[int(rows.series[i])].row(0)),
                "from": str(written(rows.steps[[i]], clock())[0]),
                "history": numbers(history[i, -min(HISTORY, SHOWN_HISTORY) :]),
                "truth": numbers(truth[i]),
                "prediction": numbers(prediction[i]),
                "seasonal naive": numbers(naive[i]),
            }
            for i in chosen(rows, errors["model"])
        ],
        "errors": {name: by_step(each) for name, each in errors.items()},
    }


def chosen(rows: Rows, errors: np.ndarray) -> list[int]:
    """Forecasts to show: of all levels of error, relative to their series, by time."""
    typical = np.abs(rows.truth[..., 0] - np.nanmean(rows.truth[..., 0]))
    known = ~np.isnan(errors).all(axis=1)
    size = np.where(known, np.nanmean(np.where(known[:, None], errors, 0), axis=1), 0)
    scale = rows.truth[:, 0, 1]
    relative = size / np.where(scale > 0, scale, max(float(np.nanmean(typical)), 1e-9))
    ranked = np.flatnonzero(known)[np.argsort(relative[known], kind="stable")]
    places = np.linspace(0.05, 0.95, SHOWN) * (len(ranked) - 1)
    return sorted({int(ranked[round(place)]) for place in places})


def by_step(errors: np.ndarray) -> list[float | None]:
    """Mean absolute error of each step ahead."""
    known = ~np.isnan(errors)
    total = np.where(known, errors, 0).sum(axis=0)
    return numbers(
        np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan)
    )


def numbers(values: np.ndarray) -> list[float | None]:
    """Plain data with six figures, None for NaN."""
    return [None if np.isnan(x) else float(f"{x:.6g}") for x in values]
