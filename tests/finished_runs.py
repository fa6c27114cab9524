"""Finished runs as a training writes them, in small, for the tests of what reads them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

DECISIONS = [
    {
        "subject": "target",
        "choice": "species",
        "reason": 'output_description names it: "The species of the penguin"',
        "change": '"target": "species"',
        "about": None,
    },
    {
        "subject": "column",
        "choice": "dropped",
        "reason": "344 distinct values in 344 rows: an identifier",
        "change": '"inputs": ["rowid"]',
        "about": "rowid",
    },
    {
        "subject": "d_model",
        "choice": 256,
        "reason": "242 training rows x 6 features: simple",
        "change": '"model": {"d_model": 512}',
        "about": None,
    },
]


def results(
    task_type: str = "classification",
    metric: str = "accuracy",
    *,
    targets: list[str],
    classes: list[str],
    figures: tuple[float, float, float, float],
    rows: int = 52,
) -> dict[str, Any]:
    """A completed results.json; `figures` are val, test and the ends of its interval."""
    val, test, low, high = figures
    up = task_type == "classification"
    worse = test * (0.95 if up else 1.06)
    return {
        "schema": 1,
        "status": "completed",
        "run": "001",
        "started": "2026-11-22T20:15:00+00:00",
        "seconds": 48.3,
        "task": {
            "name": "penguin_species",
            "task_type": task_type,
            "recipe": "table",
            "targets": targets,
            "classes": classes,
        },
        "metric": {
            "name": metric,
            "higher_is_better": up,
            "val": val,
            "test": test,
            "interval": [low, high],
        },
        "more": {"val": {"log_loss": 0.081}, "test": {"log_loss": 0.0936}},
        "baselines": {
            "majority": {"val": 0.44, "test": 0.442, "interval": [0.31, 0.58]}
            if up
            else {
                "val": 9 * val,
                "test": 3 * test,
                "interval": [2.7 * test, 3.4 * test],
            },
            "logistic regression": {
                "val": val,
                "test": worse,
                "interval": [worse - (high - low) / 2, worse + (high - low) / 2],
            },
            "gradient boosting": {"val": val, "test": worse, "interval": [low, high]},
        },
        "verdict": {
            "word": "ties",
            "baseline": "gradient boosting",
            "difference": abs(test - worse),
            "interval": [-0.019, 0.058],
            "units": "rows",
            "unit_count": rows,
            "draws": 10000,
        },
        "expected_baseline": {"given": "0.9", "value": None, "reached": None},
        "split": {
            "rule": "stratified",
            "column": targets[0],
            "rows": {"train": 240, "val": 52, "test": rows},
            "hashes": {part: part[0] * 64 for part in ("train", "val", "test")},
            "overlap": {"equal_rows": 0},
            "test_looks": 2,
        },
        "leak_scan": [],
        "importance": [
            {"column": "bill_length_mm", "drop": 0.31},
            {"column": "flipper_length_mm", "drop": 0.122},
            {"column": "island", "drop": 0.04},
            {"column": "sex", "drop": -0.004},
        ],
        "data": {"fingerprint": "b246d2d6" * 8, "files": {"penguins.csv": "b2" * 32}},
        "model": {"d_model": 256, "num_layers": 4, "parameters": 3_165_443},
        "training": {
            "epochs": 23,
            "best_epoch": 15,
            "steps": 184,
            "batch_size": 32,
            "accumulate": 1,
            "learning_rate": 3e-4,
            "stopped": "early stopping",
            "recovered": [],
        },
        "device": "cpu",
        "precision": "32-true",
        "versions": {"python": "3.11.9", "torch": "2.13.0", "polars": "2.1.0"},
        "seed": 0,
        "options": {"epochs": 100, "max_minutes": None},
    }


def write_run(
    experiment: Path,
    results: dict[str, Any],
    predictions: pl.DataFrame | None = None,
    warnings: tuple[str, ...] = ("The test part has 52 rows: its interval is wide.",),
) -> Path:
    """An experiment's folder with one run in it; returns the run's folder."""
    run = experiment / "runs" / results["run"]
    run.mkdir(parents=True, exist_ok=True)
    for name in ("train.py", "dataloader.py"):
        (experiment / name).touch()
    plan = {"decisions": DECISIONS, "warnings": list(warnings)}
    (experiment / "plan.json").write_text(json.dumps(plan))
    for folder in (experiment, run):
        (folder / "results.json").write_text(json.dumps(results))
    if predictions is not None:
        predictions.write_parquet(run / "predictions.parquet")
    if results.get("training"):
        curves(results["training"]["epochs"]).write_csv(run / "curves.csv")
    return run


def curves(epochs: int) -> pl.DataFrame:
    epoch = np.arange(epochs)
    return pl.DataFrame(
        {
            "epoch": epoch,
            "step": 8 * (epoch + 1),
            "train_loss": 1.1 * np.exp(-epoch / 5) + 0.01,
            "val_loss": np.exp(-epoch / 6)
            + 0.05
            + 0.0006 * np.maximum(epoch - 12, 0) ** 2,
            "val_metric": 1 - 0.6 * np.exp(-epoch / 4) - 0.01 * np.sin(epoch),
            "learning_rate": np.full(epochs, 3e-4),
        }
    )


def classified(classes: list[str], rows: int, right: float) -> pl.DataFrame:
    """predictions.parquet of a classification: a share `right` of the rows is right."""
    rng = np.random.default_rng(0)
    target = rng.integers(len(classes), size=rows)
    score = rng.normal(size=(rows, len(classes)))
    score[np.arange(rows), target] += 6 * right - 2
    probability = np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)
    names = np.array(classes)
    return pl.DataFrame(
        {
            "row": np.arange(rows),
            "target": names[target],
            "prediction": names[probability.argmax(axis=1)],
        }
        | {f"p_{name}": probability[:, i] for i, name in enumerate(classes)}
    )


def regressed(rows: int, *, skewed: bool = False) -> pl.DataFrame:
    """predictions.parquet of a regression."""
    rng = np.random.default_rng(0)
    target = rng.normal(36, 16, size=rows).clip(2)
    if skewed:
        target = np.exp(rng.normal(7.5, 1.1, size=rows))
    prediction = target * np.exp(rng.normal(0, 0.15, size=rows))
    return pl.DataFrame(
        {"row": np.arange(rows), "target": target, "prediction": prediction}
    )


def labelled(labels: list[str], rows: int) -> pl.DataFrame:
    """predictions.parquet of a multi-label classification."""
    rng = np.random.default_rng(0)
    columns: dict[str, np.ndarray] = {"row": np.arange(rows)}
    for i, name in enumerate(labels):
        truth = rng.random(rows) < 0.5 / (i + 1)
        columns[f"target_{name}"] = truth.astype(int)
        columns[f"prediction_{name}"] = (truth ^ (rng.random(rows) < 0.08)).astype(int)
    return pl.DataFrame(columns)
