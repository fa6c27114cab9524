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

from labwright.parts.simple_models import constant_answer, probabilities_of
from labwright.recipes.shared.scoring import HIGHER_IS_BETTER, judge
from labwright.recipes.text.dataloader import (
    BALANCE_CLASSES,
    CLASSES,
    Rows,
    decode,
)
from labwright.recipes.text.features import features, spaced

NUMERIC = not CLASSES  # whether the target is numbers
STRENGTHS = (0.5, 4.0, 32.0)  # inverse penalties of logistic regression that are tried
PENALTIES = (0.3, 1.0, 10.0)  # of ridge regression

Parts = dict[str, Rows]

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
