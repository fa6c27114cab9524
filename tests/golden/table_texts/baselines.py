"""What simple models reach on the same rows: without them a result means nothing.

    predict_baselines(train, val, test)["linear"]["val"]  # as decode() gives the model's

They see the cleaned columns of the training rows, and the target as the model learns it.
Gradient boosting stops early on the validation rows, as the model does. Add a baseline of
your own to FITS.
"""

import warnings
from typing import Any

import numpy as np
import polars as pl
import torch
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

# isort: split
from dataloader import BALANCE_CLASSES, CLASSES, Rows, decode
from features import number_inputs

NUMERIC = not CLASSES  # whether the target is numbers
MAX_CODES = 254  # of a category; HistGradientBoosting takes 255 with the absent ones
MAX_ONE_HOT = 100  # columns of a category in the linear model; the rest share one
LINEAR_ROWS = 100_000  # training rows of the linear model at most, evenly spaced
MAX_TREES = 500  # of gradient boosting, shared among classes or targets

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


# ---- columns -------------------------------------------------------------------------


def frequent_values(train: Rows) -> dict[str, list[str]]:
    """The values of each category that get a code, the most frequent first."""
    frequent = {}
    for name in train.categories:
        counts = train.table[name].alias("value").drop_nulls().value_counts().rows()
        ranked = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
        frequent[name] = [value for value, _ in ranked[:MAX_CODES]]
    return frequent


def matrix(rows: Rows, frequent: dict[str, list[str]]) -> np.ndarray:
    """Numbers, then codes of categories, float64 (N, F); NaN where absent or unseen."""
    inputs = number_inputs(rows.table, rows.encoder)
    numbers = [column.alias("number") for column in inputs]
    codes = [
        rows.table[name].alias("code").cast(pl.Enum(values), strict=False).to_physical()
        for name, values in frequent.items()
    ]
    columns = [c.cast(pl.Float64).fill_null(np.nan).to_numpy() for c in numbers + codes]
    return np.stack(columns, axis=1)


# ---- models --------------------------------------------------------------------------


def linear(numbers: int, columns: int) -> Any:
    """One-hot categories, scaled numbers, and whether a number was absent."""
    filled = SimpleImputer(
        strategy="median", add_indicator=True, keep_empty_features=True
    )
    one_hot = OneHotEncoder(
        max_categories=MAX_ONE_HOT, handle_unknown="infrequent_if_exist"
    )
    prepared = make_column_transformer(
        (make_pipeline(filled, StandardScaler()), list(range(numbers))),
        (one_hot, list(range(numbers, columns))),
    )
    if NUMERIC:
        return make_pipeline(prepared, Ridge())
    balance = "balanced" if BALANCE_CLASSES else None
    model = LogisticRegression(max_iter=300, tol=1e-3, class_weight=balance)
    return make_pipeline(prepared, model)


def boosting(numbers: int, columns: int, outputs: int, metric: str) -> Any:
    """Trees that read absent values and categories as they are."""
    common: dict[str, Any] = {
        "categorical_features": list(range(numbers, columns)) or None,
        "early_stopping": True,
        "max_iter": max(20, MAX_TREES // outputs),
        "random_state": 0,
    }
    if NUMERIC:
        loss = "absolute_error" if metric in BY_MEDIAN else "squared_error"
        return HistGradientBoostingRegressor(loss=loss, **common)
    balance = "balanced" if BALANCE_CLASSES else None
    return HistGradientBoostingClassifier(class_weight=balance, **common)


def fit_linear(
    x: np.ndarray, y: np.ndarray, numbers: int, outputs: int, metric: str, *val: Any
) -> Any:
    """Fit one target, on at most LINEAR_ROWS rows."""
    rows = np.linspace(0, len(x) - 1, min(len(x), LINEAR_ROWS)).astype(int)
    return linear(numbers, x.shape[1]).fit(x[rows], y[rows])


def fit_boosting(
    x: np.ndarray, y: np.ndarray, numbers: int, outputs: int, metric: str, *val: Any
) -> Any:
    """Fit one target, for as long as the validation rows gain from it."""
    x_val, y_val = val
    if not NUMERIC:  # a class that training never saw cannot be scored
        known = np.isin(y_val, y)
        x_val, y_val = x_val[known], y_val[known]
    model = boosting(numbers, x.shape[1], outputs, metric)
    return model.fit(x, y, X_val=x_val, y_val=y_val)


FITS = {"linear": fit_linear, "gradient boosting": fit_boosting}

# ---- predictions ---------------------------------------------------------------------


def learned(rows: Rows) -> np.ndarray:
    """What models are fitted to: classes (N, 1), labels (N, K), scaled numbers (N, K)."""
    target = rows.arrays["target"].numpy().reshape(len(rows), -1)
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
    frequent = frequent_values(train)
    x, y, y_val = matrix(train, frequent), learned(train), learned(val)
    inputs = {part: matrix(rows, frequent) for part, rows in parts.items()}
    shape = len(train.encoder["numbers"]), train.output_dim, metric
    for name, fit in FITS.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a solver that stopped early still counts
            models = [
                DummyClassifier().fit(x, y[:, k])
                if len(np.unique(y[:, k])) == 1 and not NUMERIC
                else fit(x, y[:, k], *shape, inputs["val"], y_val[:, k])
                for k in range(y.shape[1])
            ]
            made[name] = {
                part: answer(models, inputs[part], rows) for part, rows in parts.items()
            }
    return made
