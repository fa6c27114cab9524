"""What simple models reach on the same images: without them a result means nothing.

    predict_baselines(train, val, test, "accuracy")["linear"]["val"]  # as decode() does

The linear model sees the pixels, of large images the means of neighbouring ones. Add a
baseline of your own to FITS.
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
from torch.nn import functional

from labwright.parts.simple_models import constant_answer, probabilities_of
from labwright.recipes.image.dataloader import BALANCE_CLASSES, CLASSES, Rows, decode
from labwright.recipes.image.pixels import scaled

NUMERIC = not CLASSES  # whether the target is numbers
PENALTIES = np.logspace(-2, 6, 17)  # of the ridge regression, chosen by leaving one out
STRENGTHS = (0.003, 0.03, 0.3)  # inverse ones of the logistic regression's penalty
SIDE = 24  # pixels of a side that the linear model sees at most
ROWS_AT_ONCE = 256  # whose pixels are in memory together
LINEAR_ROWS = 20_000  # training rows of the linear model at most, evenly spaced

# ---- features ------------------------------------------------------------------------


def pixels_of_rows(rows: Rows) -> np.ndarray:
    """Pixels, or means of neighbouring ones, of each image, float32 (N, values)."""
    made = []
    for chosen in torch.split(torch.arange(len(rows)), ROWS_AT_ONCE):
        values = scaled(rows.pixels(chosen), rows.boxes[chosen], rows.encoder["pixels"])
        height, width = (min(SIDE, side) for side in values.shape[2:])
        made.append(functional.adaptive_avg_pool2d(values, (height, width)).flatten(1))
    return torch.cat(made).numpy()


# ---- models --------------------------------------------------------------------------


def fit_linear(
    x: np.ndarray, y: np.ndarray, x_val: np.ndarray, y_val: np.ndarray
) -> Any:
    """Scaled pixels, then a linear model; validation chooses its penalty among classes."""
    if NUMERIC:
        return make_pipeline(StandardScaler(), RidgeCV(PENALTIES)).fit(x, y)
    if len(np.unique(y)) == 1:
        return DummyClassifier().fit(x, y)
    balance = "balanced" if BALANCE_CLASSES else None
    models = [
        make_pipeline(
            StandardScaler(),
            LogisticRegression(C=c, max_iter=300, tol=1e-3, class_weight=balance),
        ).fit(x, y)
        for c in STRENGTHS
    ]
    return max(models, key=lambda model: model.score(x_val, y_val))


FITS: dict[str, Callable[..., Any]] = {"linear on pixels": fit_linear}

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
    few = np.linspace(0, len(train) - 1, min(len(train), LINEAR_ROWS)).astype(int)
    x, y, y_val = pixels_of_rows(train)[few], learned(train)[few], learned(val)
    inputs = {part: pixels_of_rows(rows) for part, rows in parts.items()}
    for name, fit in FITS.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a solver that stopped early still counts
            models = [
                fit(x, y[:, k], inputs["val"], y_val[:, k]) for k in range(y.shape[1])
            ]
        made[name] = {
            part: answer(models, inputs[part], rows) for part, rows in parts.items()
        }
    return made
