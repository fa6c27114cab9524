"""What simple models reach on the same series: without them a result means nothing.

    predict_baselines(train, val, test)["summaries"]["val"]  # as decode() gives

A linear model on a few dozen figures of each series (mean, quantiles, slope, spectrum …)
and one on random convolutions, which is known to do well with few series. Both choose
their strength of regularization on the validation part, as the model chooses its
checkpoint there. Add a baseline of your own to FEATURES.
"""

import warnings
from typing import Any

import numpy as np
import torch
from sklearn.dummy import DummyClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from labwright.parts.simple_models import constant_answer, probabilities_of
from labwright.recipes.series.dataloader import (
    BALANCE_CLASSES,
    CLASSES,
    Rows,
    decode,
)
from labwright.recipes.series.features import convolutions, figures

NUMERIC = not CLASSES  # whether the target is numbers
TRAINING_ROWS = 5_000  # series that a linear model is fitted on at most, evenly spaced
STRENGTHS = (0.001, 0.01, 0.1, 1.0, 10.0)  # of the coefficients; 1 / regularization

# ---- features ------------------------------------------------------------------------


def summarized(rows: Rows, chosen: np.ndarray) -> np.ndarray:
    """Figures of each series, float64 (N, F)."""
    found = figures(rows.table[chosen], rows.encoder["steps"])
    return np.stack(list(found.values()), axis=1)


def convolved_at_random(rows: Rows, chosen: np.ndarray) -> np.ndarray:
    """What random convolutions find in each series, float32 (N, F)."""
    return convolutions(rows.table[chosen], rows.encoder["steps"])


FEATURES = {"summaries": summarized, "random convolutions": convolved_at_random}

# ---- models --------------------------------------------------------------------------


def linear(strength: float, features: int) -> Any:
    """Scaled features, an absent one at its median."""
    filled = SimpleImputer(strategy="median", keep_empty_features=True)
    if NUMERIC:
        model: Any = Ridge(alpha=features / (10 * strength))
    else:
        balance = "balanced" if BALANCE_CLASSES else None
        model = LogisticRegression(
            C=strength, max_iter=300, tol=1e-3, class_weight=balance
        )
    return make_pipeline(filled, StandardScaler(), model)


def fit(x: np.ndarray, y: np.ndarray, x_val: np.ndarray, y_val: np.ndarray) -> Any:
    """One target, with the strength that serves the validation series best."""
    if not NUMERIC and len(np.unique(y)) == 1:
        return DummyClassifier().fit(x, y)
    models = [linear(strength, x.shape[1]).fit(x, y) for strength in STRENGTHS]
    if NUMERIC:
        losses = [mean_squared_error(y_val, model.predict(x_val)) for model in models]
    else:  # a class that training never saw cannot be scored
        known = np.isin(y_val, y)
        losses = [
            log_loss(
                y_val[known], model.predict_proba(x_val[known]), labels=np.unique(y)
            )
            if known.any()
            else 0.0
            for model in models
        ]
    return models[int(np.argmin(losses))]


# ---- predictions ---------------------------------------------------------------------


def learned(rows: Rows, chosen: np.ndarray) -> np.ndarray:
    """What models are fitted to: classes (N, 1), labels (N, K), scaled numbers (N, K)."""
    target: np.ndarray = rows.target.numpy()[chosen].reshape(len(chosen), -1)
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
    """What each baseline, fitted on the training series, predicts for the other parts.

    Returns:
        For each baseline and part the predictions in the metric's form: probabilities
        (N, C) or (N, K), or numbers in the target's own unit (N, K).
    """
    parts = {"val": val} | ({} if test is None else {"test": test})
    name, same = constant_answer(train.truth, train.output_dim, metric, NUMERIC)
    made = {name: {part: np.tile(same, (len(r), 1)) for part, r in parts.items()}}
    most = min(len(train), TRAINING_ROWS)
    chosen = np.linspace(0, len(train) - 1, most).astype(int)
    y, y_val = learned(train, chosen), learned(val, np.arange(len(val)))
    for name, features in FEATURES.items():
        x = features(train, chosen)
        inputs = {p: features(rows, np.arange(len(rows))) for p, rows in parts.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a solver that stopped early still counts
            models = [
                fit(x, y[:, k], inputs["val"], y_val[:, k]) for k in range(y.shape[1])
            ]
        made[name] = {part: answer(models, inputs[part], parts[part]) for part in parts}
    return made
