"""What simple models reach on the same texts: without them a result means nothing.

    predict_baselines(train, val, test, "accuracy")["linear on TF-IDF"]["val"]

The linear models see which words and pairs of words a text has, not their order; the
strength of their penalty is chosen on the validation rows, as the model's checkpoint is.
"""

import warnings
from typing import Any

import numpy as np
import torch
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, Ridge

# isort: split
from dataloader import BALANCE_CLASSES, CLASSES, Rows, decode
from features import features, spaced
from scoring import HIGHER_IS_BETTER, judge

NUMERIC = not CLASSES  # whether the target is numbers
STRENGTHS = (0.5, 4.0, 32.0)  # inverse penalties of logistic regression that are tried
PENALTIES = (0.3, 1.0, 10.0)  # of ridge regression

Parts = dict[str, Rows]

# ---- simple models -------------------------------------------------------------------

BY_MEDIAN = ("mae", "mape")  # metrics that the median serves better


def constant_answer(
    truth: np.ndarray, output_dim: int, metric: str, numeric: bool
) -> tuple[str, np.ndarray]:
    """The baseline that reads nothing: its name, and its answer for every row.

    Args:
        truth: Of the training rows: classes (N,), labels (N, K) or numbers (N, K).
        output_dim: Classes, labels or numbers.
        metric: That it is judged by.
        numeric: Whether the target is numbers.
    """
    if numeric and metric in BY_MEDIAN:
        return "median", np.median(truth, axis=0)
    if numeric and metric == "rmsle":
        return "mean of logs", np.expm1(np.log1p(np.maximum(truth, 0)).mean(axis=0))
    if truth.ndim == 2:  # numbers, or the share of rows that have each label
        return "mean" if numeric else "majority", truth.mean(axis=0)
    counts = np.bincount(truth, minlength=output_dim)
    return "majority", (counts / counts.sum()).astype(np.float32)


def probabilities_of(
    models: list[Any], x: Any, output_dim: int, labels: bool
) -> np.ndarray:
    """What fitted classifiers say of rows, float32.

    Of every class, (N, output_dim), the one model; of every label, (N, K), a model each.
    """
    if labels:
        return np.stack([class_shares(model, x, 2)[:, 1] for model in models], axis=1)
    return class_shares(models[0], x, output_dim)


def class_shares(model: Any, x: Any, classes: int) -> np.ndarray:
    """Of every class, float32 (N, classes); 0 of a class without training rows."""
    given = np.zeros((x.shape[0], classes), dtype=np.float32)
    given[:, model.classes_] = model.predict_proba(x)
    return given


# ---- models --------------------------------------------------------------------------


def candidates() -> list[Any]:
    """Linear models of one target that differ in the strength of the penalty."""
    if NUMERIC:
        return [Ridge(alpha=penalty) for penalty in PENALTIES]
    balance = "balanced" if BALANCE_CLASSES else None
    return [
        LogisticRegression(C=strength, max_iter=200, tol=1e-3, class_weight=balance)
        for strength in STRENGTHS
    ]


def fitted(model: Any, x: Any, y: np.ndarray) -> Any:
    """The model, or for a label that no or every row has, one that always says so."""
    if not NUMERIC and len(np.unique(y)) == 1:
        model = DummyClassifier()
    return model.fit(x, y)


# ---- predictions ---------------------------------------------------------------------


def learned(train: Rows) -> np.ndarray:
    """What models are fitted to: classes (N, 1), labels (N, K), scaled numbers (N, K)."""
    target = train.target.numpy().reshape(len(train), -1)[spaced(len(train))]
    answers: np.ndarray = target if NUMERIC else target.astype(np.int64)
    return answers


def answer(models: list[Any], x: Any, rows: Rows) -> np.ndarray:
    """What the models of all targets predict, in the form that metrics compare."""
    if NUMERIC:
        raw = np.stack([model.predict(x) for model in models], axis=1)
        return decode(torch.from_numpy(raw))
    return probabilities_of(models, x, rows.output_dim, rows.truth.ndim == 2)


def best_linear(
    x: dict[str, Any], y: np.ndarray, parts: Parts
) -> dict[str, np.ndarray]:
    """What the linear model that does best on validation predicts for val and test."""
    others = {part: rows for part, rows in parts.items() if part != "train"}
    tries = []
    for number in range(len(candidates())):
        models = [
            fitted(candidates()[number], x["train"], y[:, k]) for k in range(y.shape[1])
        ]
        tries.append({p: answer(models, x[p], rows) for p, rows in others.items()})
    sign = 1 if HIGHER_IS_BETTER else -1
    figures = [sign * judge(each["val"], parts["val"].truth) for each in tries]
    return tries[int(np.argmax(np.nan_to_num(figures, nan=-np.inf)))]


def predict_baselines(
    train: Rows, val: Rows, test: Rows | None, metric: str
) -> dict[str, dict[str, np.ndarray]]:
    """What each baseline, fitted on the training rows, predicts for the other parts.

    Returns:
        For each baseline and part the predictions in the metric's form: probabilities
        (N, C) or (N, K), or numbers in the target's own unit (N, K).
    """
    others: Parts = {"val": val} | ({} if test is None else {"test": test})
    name, same = constant_answer(train.truth, train.output_dim, metric, NUMERIC)
    made = {name: {part: np.tile(same, (len(r), 1)) for part, r in others.items()}}
    parts = {"train": train} | others
    y = learned(train)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a solver that stopped early still counts
        for name, x in features(parts).items():
            made[name] = best_linear(x, y, parts)
    return made
