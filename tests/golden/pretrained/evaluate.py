"""What a trained model is worth: figures with intervals, baselines, and a verdict.

    figures = evaluate(model, run, train.dataset, val.dataset, test.dataset)

The verdict is the paired difference on the test part to the baseline that was best on
validation. scoring.py has the metric.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as lightning
import torch
from torch import Tensor

# isort: split
from baselines import predict_baselines
from dataloader import CLASSES, Rows, decode
from predictions import write_predictions
from scoring import (
    HIGHER_IS_BETTER,
    INFERENCE_ROWS,
    METRIC,
    figure,
    in_order,
    judge,
    more_figures,
    predict,
)
from whole import whole_files

EXPECTED_BASELINE: Any = None  # what the task says one can reach
SPLIT_RULE = "stratified"
DRAWS = 1000  # of the bootstrap

# ---- bootstrap -----------------------------------------------------------------------

MIN_UNITS = 6  # with fewer, no resampling can show a difference at the 95 % level


def resampled_rows(units: np.ndarray, draws: int, seed: int) -> Iterator[np.ndarray]:
    """Row numbers of each draw: as many units as there are, with all rows of each.

    With replacement (Efron, 1979; Davison & Hinkley, 1997, for units of several rows).
    """
    order = np.argsort(units, kind="stable")
    _, first, sizes = np.unique(units[order], return_index=True, return_counts=True)
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        drawn = rng.integers(len(first), size=len(first))
        many = sizes[drawn]
        ends = np.cumsum(many)
        yield order[np.repeat(first[drawn] - (ends - many), many) + np.arange(ends[-1])]


def bootstrap(
    metric: Callable[[Tensor, Tensor], float],
    predictions: dict[str, Tensor],
    truth: Tensor,
    units: np.ndarray,
    draws: int,
) -> dict[str, np.ndarray]:
    """The metric of each prediction on the same resampled rows, float64 (draws,).

    Because the draws are the same, differences between two predictions are paired.
    """
    figures = {name: np.full(draws, np.nan) for name in predictions}
    for draw, rows in enumerate(resampled_rows(units, draws, seed=0)):
        index = torch.from_numpy(rows)
        drawn = truth[index]
        for name, prediction in predictions.items():
            figures[name][draw] = metric(prediction[index], drawn)
    return figures


def interval(figures: np.ndarray, units: int) -> list[float] | None:
    """The 95 % percentile interval; None where there are too few units or figures.

    Draws that leave the metric undetermined (NaN) are passed over while most are not.
    """
    known = figures[np.isfinite(figures)]
    if units < MIN_UNITS or len(known) <= len(figures) / 2:
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return [float(low), float(high)]


def interval_of_share(figures: np.ndarray, units: int) -> list[float] | None:
    """The interval of a metric that is 1 where no unit is wrong.

    There all draws agree, as if the figure were certain; what so few units cannot rule out
    is the exact binomial bound (Clopper & Pearson, 1934): 0.93 for 51 units without error.
    """
    found = interval(figures, units)
    return [0.025 ** (1 / units), 1.0] if found == [1.0, 1.0] else found


def verdict(difference: list[float] | None) -> str:
    """What the interval of a difference says, where above 0 is better."""
    if difference is None or difference[0] <= 0 <= difference[1]:
        return "ties"
    return "beats" if difference[0] > 0 else "loses"


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
