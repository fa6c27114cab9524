"""Words that tell the target by themselves: a look at one word at a time."""

from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

WORD_NEAR = 0.9  # a figure from which a word is named
LEAST_SHARE = 0.002  # of the texts that have a word
LEAST_TEXTS = 10  # that have it, and that have it not
MOST_WORDS = 20_000
SCANNED_TEXTS = 100_000  # at most, evenly spaced


def words_in(texts: list[str]) -> tuple[list[str], Any]:
    """The words that are neither rare nor everywhere, and which text has which.

    Returns:
        The words, and a sparse matrix of 0 and 1, float64 (N, words).
    """
    least = max(LEAST_TEXTS, int(LEAST_SHARE * len(texts)))
    model = CountVectorizer(
        binary=True, token_pattern=r"\w+", max_features=MOST_WORDS, dtype=np.float64
    )
    try:
        has = model.fit_transform(texts).tocsc()
    except ValueError:  # not one word
        return [], None
    count = np.asarray(has.sum(axis=0))[0]
    kept = np.flatnonzero((count >= least) & (count <= len(texts) - LEAST_TEXTS))
    names = model.get_feature_names_out()
    return [str(names[word]) for word in kept], has[:, kept]


def word_figures(texts: list[str], target: np.ndarray) -> tuple[list[str], np.ndarray]:
    """How far the presence of each word alone tells the target, 0 to 1.

    Args:
        texts: One for each row.
        target: Classes, int64 (N,); labels of 0 and 1, or numbers, float (N, K).

    Returns:
        The words, and for each the greatest figure over classes, labels or numbers,
        float64 (words, 1 or K): for classes and labels the ROC AUC of one against the
        rest, for numbers the absolute correlation with their ranks.
    """
    names, has = words_in(texts)
    if not names:
        return [], np.zeros((0, 1))
    if target.ndim == 1:
        target = (target[:, None] == np.unique(target)).astype(float)
    count = np.asarray(has.sum(axis=0))[0][:, None]  # (words, 1)
    together = np.asarray(has.T @ target)  # (words, K)
    rows = len(texts)
    if np.isin(target, (0, 1)).all():
        ones = target.sum(axis=0)
        inside = together / np.maximum(ones, 1)
        outside = (count - together) / np.maximum(rows - ones, 1)
        return names, 0.5 + abs(inside - outside) / 2
    ranks = target.argsort(axis=0).argsort(axis=0).astype(float)
    ranks = (ranks - ranks.mean(axis=0)) / np.maximum(ranks.std(axis=0), 1e-9)
    share = count / rows
    spread = np.sqrt(share * (1 - share))
    return names, abs(np.asarray(has.T @ ranks)) / rows / np.maximum(spread, 1e-9)


def telling_words(
    texts: list[str], target: np.ndarray, most: int
) -> list[tuple[str, float]]:
    """The `most` words that tell most of the target by themselves, with the figure."""
    few = slice(None, None, max(1, len(texts) // SCANNED_TEXTS))
    names, figures = word_figures(texts[few], target[few])
    if not names:
        return []
    best = figures.max(axis=1)
    order = np.lexsort((np.array(names), -best.round(9)))[:most]
    return [(names[word], float(best[word])) for word in order]


def word_give_aways(texts: list[str], target: np.ndarray) -> list[dict[str, Any]]:
    """Words that nearly give the target away, the strongest first."""
    binary = target.ndim == 1 or bool(np.isin(target, (0, 1)).all())
    measure = "ROC AUC of its presence" if binary else "rank correlation"
    return [
        {"column": f"the word {word!r}", "measure": measure, "figure": round(figure, 4)}
        for word, figure in telling_words(texts, target, 20)
        if figure >= WORD_NEAR
    ]
