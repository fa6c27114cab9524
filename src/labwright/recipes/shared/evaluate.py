"""What a trained model is worth: figures with intervals, baselines, and a verdict.

    figures = evaluate(model, run, train.dataset, val.dataset, test.dataset)

The verdict is the paired difference on the test part to the baseline that was best on
validation. scoring.py has the metric.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as lightning
import torch

from labwright.parts.bootstrap import bootstrap, interval, interval_of_share, verdict
from labwright.recipes.shared.predictions import write_predictions
from labwright.recipes.shared.scoring import (
    HIGHER_IS_BETTER,
    INFERENCE_ROWS,
    METRIC,
    figure,
    in_order,
    judge,
    more_figures,
    predict,
)
from labwright.recipes.shared.whole import whole_files
from labwright.recipes.table.baselines import predict_baselines
from labwright.recipes.table.dataloader import CLASSES, Rows, decode

EXPECTED_BASELINE: Any = None  # what the task says one can reach
SPLIT_RULE = "stratified"
DRAWS = 1000  # of the bootstrap

# ---- what was expected ---------------------------------------------------------------


def numbers_in(text: str) -> set[float]:
    """The numbers that stand alone: none of F1, R^2, top-1; "90 %" is 0.9."""
    number = re.compile(r"(-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)(%?)", re.IGNORECASE)
    between = r"[\s;:=<>≤≥≈~()\[\]{}/|]+|,(?!\d)|(?<!\d),"
    found: set[float] = set()
    for word in re.split(between, re.sub(r"\s+%", "%", text)):
        if re.search(r"[^\W\d]", number.sub("", word)):
            continue  # a name
        read = [float(n) / (100 if mark else 1) for n, mark in number.findall(word)]
        found.update(read if len(read) < 2 else (-np.inf, np.inf))  # "0.85-0.9": two
    return found


def expectation(given: Any, reached: float | None) -> dict[str, Any]:
    """The task's expected baseline as a number, and whether the test part reaches it.

    Understands 0.9, "0.9", "90 %", "accuracy > 0.9" and {"accuracy": 0.9}. Of several
    numbers none is taken, nor a figure of another metric.
    """
    stated = given
    if isinstance(given, dict):
        named = {re.sub(r"[\s_-]", "", key).lower(): given[key] for key in given}
        stated = named.get(re.sub(r"[\s_-]", "", METRIC).lower())
    text = "" if stated is None or isinstance(stated, bool) else str(stated)
    numbers = numbers_in(text)
    if len(numbers) != 1:
        return {"given": given, "value": None, "reached": None}
    value, better = numbers.pop(), None
    if reached is not None:
        better = reached >= value if HIGHER_IS_BETTER else reached <= value
    return {"given": given, "value": value, "reached": better}


# ---- figures -------------------------------------------------------------------------


def compare(
    predictions: dict[str, np.ndarray], test: Rows, rival: str
) -> tuple[dict[str, list[float] | None], dict[str, Any]]:
    """The interval of each prediction's metric, and the verdict on "model"."""
    units = test.units
    count = len(np.unique(units))
    tensors = {name: torch.from_numpy(each) for name, each in predictions.items()}
    truth = torch.from_numpy(test.truth)
    drawn = bootstrap(figure, tensors, truth, units, DRAWS)
    sign = 1 if HIGHER_IS_BETTER else -1
    gain = interval(sign * (drawn["model"] - drawn[rival]), count)
    figures = {name: judge(predictions[name], test.truth) for name in ("model", rival)}
    kinds = {"group": "groups", "time": "blocks of time"}
    show = interval_of_share if CLASSES else interval
    return {name: show(each, count) for name, each in drawn.items()}, {
        "word": verdict(gain),
        "baseline": rival,
        "difference": sign * (figures["model"] - figures[rival]),
        "interval": gain,
        "units": kinds.get(SPLIT_RULE, "rows"),
        "unit_count": count,
        "draws": DRAWS,
    }


def evaluate(
    model: lightning.LightningModule,
    run: Path,
    train: Rows,
    val: Rows,
    test: Rows | None,
    size: int = INFERENCE_ROWS,
) -> dict[str, Any]:
    """Judge the model and the baselines on the same rows; the part of results.json.

    Args:
        model: With the best weights.
        run: Where predictions.parquet goes: of the test part, else of validation.
        train: What the baselines are fitted on.
        val: Chooses the baseline that the verdict is about.
        test: None to leave the test part unseen.
        size: Rows that the model reads at once.
    """
    parts = {"val": val} | ({} if test is None else {"test": test})
    baselines = predict_baselines(train, val, test, METRIC)
    made = {
        part: {"model": decode(predict(model, in_order(rows, size)))}
        | {name: each[part] for name, each in baselines.items()}
        for part, rows in parts.items()
    }
    figures = {
        part: {name: judge(each, rows.truth) for name, each in made[part].items()}
        for part, rows in parts.items()
    }
    sign = 1 if HIGHER_IS_BETTER else -1
    rival = max(
        baselines,
        key=lambda name: np.nan_to_num(sign * figures["val"][name], nan=-np.inf),
    )
    intervals: dict[str, Any] = {}
    outcome: dict[str, Any] | None = None
    if test is not None:
        intervals, outcome = compare(made["test"], test, rival)
    last, rows = list(parts.items())[-1]
    with whole_files(run) as folder:
        write_predictions(folder, rows, made[last]["model"])
    tested = figures.get("test", {})

    def line(name: str) -> dict[str, Any]:
        return {
            "val": figures["val"][name],
            "test": tested.get(name),
            "interval": intervals.get(name),
        }

    return {
        "metric": {"name": METRIC, "higher_is_better": HIGHER_IS_BETTER}
        | line("model"),
        "more": {
            part: more_figures(made[part]["model"], rows.truth)
            for part, rows in parts.items()
        },
        "baselines": {name: line(name) for name in baselines},
        "verdict": outcome,
        "expected_baseline": expectation(EXPECTED_BASELINE, tested.get("model")),
    }
