"""What the report is drawn from: the files of one run, and the plan beside it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from labwright.experiments import read_json, read_results


@dataclass(frozen=True)
class RunFiles:
    """The files of a run. A run that ended early has no curves or no predictions.

    Attributes:
        results: Of results.json.
        plan: Of the experiment's plan.json; empty where it is gone.
        curves: A row for each epoch: epoch, train_loss, val_loss, val_metric …
        predictions: A row for each evaluated row: target, prediction, p_<class> …
        examples: What pictures of single rows need, as the recipe writes it; or empty.
    """

    results: dict[str, Any]
    plan: dict[str, Any]
    curves: pl.DataFrame | None
    predictions: pl.DataFrame | None
    examples: dict[str, Any] = field(default_factory=dict)


def read_run_files(folder: Path) -> RunFiles:
    """Read the run in `folder`, `<experiment>/runs/<number>`.

    Raises:
        ExperimentError: its results.json is absent or unreadable.
    """
    experiment = folder.parent.parent
    curves, predictions = folder / "curves.csv", folder / "predictions.parquet"
    plan, examples = experiment / "plan.json", folder / "examples.json"
    # a run that failed early knows no more of its task than the folder's name
    task = {"name": experiment.name, "task_type": "", "targets": [], "classes": []}
    return RunFiles(
        results={"task": task, "run": folder.name} | read_results(folder),
        plan=read_json(plan) if plan.exists() else {},
        curves=read_curves(curves) if curves.exists() else None,
        predictions=pl.read_parquet(predictions) if predictions.exists() else None,
        examples=read_json(examples) if examples.exists() else {},
    )


def read_curves(path: Path) -> pl.DataFrame | None:
    """The curves, every column as a number; None where no epoch was finished."""
    if not path.read_bytes().strip():
        return None
    text = pl.read_csv(path, infer_schema=False)
    curves = text.select(pl.all().cast(pl.Float64, strict=False))
    return None if curves.is_empty() else curves


@dataclass(frozen=True)
class Pair:
    """The columns of predictions.parquet that belong to one target or label."""

    name: str
    target: pl.Series
    prediction: pl.Series


def pairs(files: RunFiles) -> list[Pair]:
    """Truth and prediction of each target, or of each label under multi-label."""
    table, task = files.predictions, files.results["task"]
    if table is None:
        return []
    if table.schema.get("target", pl.Null()).is_nested():
        return []  # many targets a row, which have pictures of their own
    if {"target", "prediction"} <= set(table.columns):
        return [Pair(task["targets"][0], table["target"], table["prediction"])]
    names = task["classes"] or task["targets"]
    return [
        Pair(name, table[f"target_{name}"], table[f"prediction_{name}"])
        for name in names
        if {f"target_{name}", f"prediction_{name}"} <= set(table.columns)
    ]
