"""What simple models reach on the same sounds: without them a result means nothing.

    predict_baselines(train, val, test, "accuracy")["linear"]["val"]  # as decode() does

The linear model sees the mean and the spread of each band over a sound, so what it knows
is the colour of a sound and not its course. Add a baseline of your own to FITS.
"""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# isort: split
from dataloader import BALANCE_CLASSES, CLASSES, Rows, decode

NUMERIC = not CLASSES  # whether the target is numbers
PENALTIES = np.logspace(-2, 4, 13)  # of the ridge regression, chosen by leaving one out
ROWS_AT_ONCE = 64  # whose frames are in memory together

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


# ---- features ------------------------------------------------------------------------


def mean_spectra(rows: Rows) -> np.ndarray:
    """Mean and spread over time of each band of each sound, float64 (N, 2 * BANDS)."""
    made = []
    for chosen in torch.split(torch.arange(len(rows)), ROWS_AT_ONCE):
        batch = rows[chosen]
        known = batch["mask"][:, :, None].double()  # (B, T, 1)
        values, count = batch["input"].double(), known.sum(dim=1)
        mean = values.sum(dim=1) / count  # (B, BANDS)
        apart = (values - mean[:, None]).square() * known
        made.append(torch.cat([mean, (apart.sum(dim=1) / count).sqrt()], dim=1))
    return torch.cat(made).numpy()


# ---- models --------------------------------------------------------------------------


def fit_linear(x: np.ndarray, y: np.ndarray) -> Any:
    """Scaled features, then a linear model with a penalty."""
    if NUMERIC:
        return make_pipeline(StandardScaler(), RidgeCV(PENALTIES)).fit(x, y)
    if len(np.unique(y)) == 1:
        return DummyClassifier().fit(x, y)
    balance = "balanced" if BALANCE_CLASSES else None
    model = LogisticRegression(max_iter=300, tol=1e-3, class_weight=balance)
    return make_pipeline(StandardScaler(), model).fit(x, y)


FITS: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "linear on mean spectra": fit_linear
}

# ---- predictions ---------------------------------------------------------------------


def learned(rows: Rows) -> np.ndarray:
    """What models are fitted to: classes (N, 1), labels (N, K), scaled numbers (N, K)."""
    target = rows.targets.numpy().reshape(len(rows), -1)
    return target if NUMERIC else target.astype(np.int64)


def answer(models: list[Any], x: np.ndarray, rows: Rows) -> np.ndarray:
    """What the models of all targets predict, in the form that metrics compare."""
    if NUMERIC:
        raw = np.stack([model.predict(x) for model in models], axis=1)
        return decode(torch.from_numpy(raw))
    return probabilities_of(models, x, rows.output_dim, rows.truth.ndim == 2)


def predict_baselines(
    train: Rows, val: Rows, test: Rows | None, metric: str
) -> dict[str, dict[str, np.ndarray]]:
    """What each baseline, fitted on the training rows, predicts for the other parts.

    Returns:
        For each baseline and part the predictions in the metric's form: probabilities
        (N, C) or (N, K), or numbers in the target's own unit (N, K).
    """
    parts = {"val": val} | ({} if test is None else {"test": test})
    name, same = constant_answer(train.truth, train.output_dim, metric, NUMERIC)
    made = {name: {part: np.tile(same, (len(r), 1)) for part, r in parts.items()}}
    x, y = mean_spectra(train), learned(train)
    inputs = {part: mean_spectra(rows) for part, rows in parts.items()}
    for name, fit in FITS.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a solver that stopped early still counts
            models = [fit(x, y[:, k]) for k in range(y.shape[1])]
        made[name] = {
            part: answer(models, inputs[part], rows) for part, rows in parts.items()
        }
    return made
