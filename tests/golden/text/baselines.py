"""What simple models reach on the same texts: without them a result means nothing.

    predict_baselines(train, val, test, "accuracy")["linear on TF-IDF"]["val"]

The linear models see which words and pairs of words a text has, not their order; the
strength of their penalty is chosen on the validation rows, as the model's checkpoint is.
"""

import warnings
from typing import Any

import numpy as np
import polars as pl
import torch
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge

# isort: split
from dataloader import BALANCE_CLASSES, CLASSES, TEXTS, Rows, decode
from scoring import HIGHER_IS_BETTER, judge

NUMERIC = not CLASSES  # whether the target is numbers
BY_MEDIAN = ("mae", "mape")  # metrics that the median serves better
STRENGTHS = (0.5, 4.0, 32.0)  # inverse penalties of logistic regression that are tried
PENALTIES = (0.3, 1.0, 10.0)  # of ridge regression
LINEAR_ROWS = 100_000  # training rows of a linear model at most, evenly spaced

Parts = dict[str, Rows]

# ---- tf idf --------------------------------------------------------------------------

WORD_LETTERS = 20  # a blank at least every so many letters, or texts have no words
MOST_TERMS = 200_000


def tf_idf(train: list[str], min_rows: int = 2) -> TfidfVectorizer:
    """TF-IDF of words and pairs of them, fitted on training texts.

    Where a language writes no blanks, of one to three letters instead.
    """
    letters = sum(map(len, train))
    blanks = sum(text.count(" ") + 1 for text in train if text)
    common: dict[str, Any] = {
        "sublinear_tf": True,
        "max_features": MOST_TERMS,
        "dtype": np.float32,
        "min_df": min_rows,
    }
    if letters > WORD_LETTERS * blanks:
        model = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), **common)
    else:
        # Emoticons and signs that stand alone count as words too.
        pattern = r"\w+|[^\w\s]+"
        model = TfidfVectorizer(ngram_range=(1, 2), token_pattern=pattern, **common)
    try:
        return model.fit(train)
    except ValueError:  # no term at all, or none in two texts: take what there is
        model.set_params(
            analyzer="char", ngram_range=(1, 1), min_df=1, token_pattern=None
        )
        return model.fit([*train, "?"])


def joined_texts(table: pl.DataFrame, columns: list[str]) -> list[str]:
    """The texts of each row, one behind the other; "" where there is none."""
    texts = [table[name].alias(str(i)).fill_null("") for i, name in enumerate(columns)]
    whole = pl.DataFrame(texts).select(pl.concat_str(pl.all(), separator="\n"))
    return [str(text).strip() for text in whole.to_series()]


# ---- mean vectors --------------------------------------------------------------------


def no_vectors(
    values: np.ndarray, starts: np.ndarray, lengths: np.ndarray
) -> dict[str, np.ndarray]:
    """No features: the steps are ids, whose mean says nothing."""
    return {}


# ---- features ------------------------------------------------------------------------


def spaced(rows: int) -> np.ndarray:
    """At most LINEAR_ROWS of the training rows."""
    return np.linspace(0, rows - 1, min(rows, LINEAR_ROWS)).astype(int)


def features(parts: Parts) -> dict[str, dict[str, Any]]:
    """For each linear model the features (N, F) of each part, fitted on "train"."""
    chosen = spaced(len(parts["train"]))
    texts = {part: joined_texts(rows.table, TEXTS) for part, rows in parts.items()}
    texts["train"] = [texts["train"][row] for row in chosen]
    words = tf_idf(texts["train"])
    found = {
        "linear on TF-IDF": {p: words.transform(each) for p, each in texts.items()}
    }
    for part, rows in parts.items():
        steps = rows.steps
        means = no_vectors(steps.values, steps.starts, steps.lengths)
        for name, dense in means.items():
            taken = dense[chosen] if part == "train" else dense
            found.setdefault(name, {})[part] = taken
    return found


# ---- models --------------------------------------------------------------------------


def constant(train: Rows, metric: str) -> tuple[str, np.ndarray]:
    """The baseline that reads nothing: its name, and its answer for every row."""
    if NUMERIC and metric in BY_MEDIAN:
        return "median", np.median(train.truth, axis=0)
    if NUMERIC and metric == "rmsle":
        logs = np.log1p(np.maximum(train.truth, 0))
        return "mean of logs", np.expm1(logs.mean(axis=0))
    if train.truth.ndim == 2:  # numbers, or the share of rows that have each label
        return "mean" if NUMERIC else "majority", train.truth.mean(axis=0)
    counts = np.bincount(train.truth, minlength=train.output_dim)
    return "majority", (counts / counts.sum()).astype(np.float32)


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


def probabilities(model: Any, x: Any, classes: int) -> np.ndarray:
    """Of every class, float32 (N, classes); 0 of a class without training rows."""
    given = np.zeros((x.shape[0], classes), dtype=np.float32)
    given[:, model.classes_] = model.predict_proba(x)
    return given


def answer(models: list[Any], x: Any, rows: Rows) -> np.ndarray:
    """What the models of all targets predict, in the form that metrics compare."""
    if NUMERIC:
        raw = np.stack([model.predict(x) for model in models], axis=1)
        return decode(torch.from_numpy(raw))
    if rows.truth.ndim == 1:
        return probabilities(models[0], x, rows.output_dim)
    return np.stack([probabilities(model, x, 2)[:, 1] for model in models], axis=1)


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
    name, same = constant(train, metric)
    made = {name: {part: np.tile(same, (len(r), 1)) for part, r in others.items()}}
    parts = {"train": train} | others
    y = learned(train)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a solver that stopped early still counts
        for name, x in features(parts).items():
            made[name] = best_linear(x, y, parts)
    return made
