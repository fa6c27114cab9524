"""What the linear models of baselines.py see of a text: its words, and its vectors' mean.

Called by baselines.py; nothing here needs editing.
"""

from typing import Any

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer

# isort: split
from dataloader import TEXTS, Rows

LINEAR_ROWS = 100_000  # training rows of a linear model at most, evenly spaced

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


def mean_vectors(
    values: np.ndarray, starts: np.ndarray, lengths: np.ndarray
) -> np.ndarray:
    """The mean vector of each row, float32 (N, C); 0 for one without steps.

    Args:
        values: The vectors of all rows, one row behind the other, (steps, C).
        starts: The first step of each row, (N,).
        lengths: Steps of each row, (N,).
    """
    means = np.zeros((len(starts), values.shape[1]), dtype=np.float32)
    for row, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        if length:
            means[row] = values[start : start + length].mean(axis=0, dtype=np.float32)
    return means


# ---- features ------------------------------------------------------------------------


def spaced(rows: int) -> np.ndarray:
    """At most LINEAR_ROWS of the training rows."""
    return np.linspace(0, rows - 1, min(rows, LINEAR_ROWS)).astype(int)


def features(parts: dict[str, Rows]) -> dict[str, dict[str, Any]]:
    """For each linear model the features (N, F) of each part, fitted on "train"."""
    chosen = spaced(len(parts["train"]))
    texts = {part: joined_texts(rows.table, TEXTS) for part, rows in parts.items()}
    texts["train"] = [texts["train"][row] for row in chosen]
    words = tf_idf(texts["train"])
    means = {
        part: mean_vectors(rows.steps.values, rows.steps.starts, rows.steps.lengths)
        for part, rows in parts.items()
    }
    means["train"] = means["train"][chosen]
    return {
        "linear on TF-IDF": {p: words.transform(each) for p, each in texts.items()},
        "linear on mean vector": means,
    }
