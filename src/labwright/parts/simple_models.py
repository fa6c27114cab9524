"""What simple models answer, in the form that metrics compare."""

from typing import Any

import numpy as np

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
