"""Free text as a few numbers beside the other columns of a table.

Latent semantic analysis: TF-IDF of the words, reduced by a truncated singular value
decomposition (Deerwester et al., Journal of the American Society for Information
Science 41, 1990; randomized as by Halko et al., SIAM Review 53, 2011). Fitted on training
rows, and kept as plain data.
"""

from typing import Any

import numpy as np
import polars as pl
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

LETTERS_OF_A_WORD = 20  # on average, beyond which a language writes no blanks
FITTED_TEXTS = 100_000  # at most, evenly spaced
DECIMALS = 6  # of the plain data, beyond what rounding errors reach


def weighted_words(letters: bool, **more: Any) -> TfidfVectorizer:
    """TF-IDF of single words, or of one and two letters where no blanks are written."""
    by: dict[str, Any] = {"token_pattern": r"\w+"}
    if letters:
        by = {"analyzer": "char", "ngram_range": (1, 2)}
    return TfidfVectorizer(sublinear_tf=True, **by, **more)


def fit_text_features(
    column: pl.Series, min_rows: int, words: int, numbers: int, seed: int
) -> dict[str, Any]:
    """The words of a column of texts, their weights, and what numbers they add to.

    Args:
        column: Texts of the training rows; null where there is none.
        min_rows: Training rows that a word needs.
        words: Of those the most frequent ones, at most.
        numbers: Of a text, at most.
        seed: Of the decomposition.

    Returns:
        "words" (W), their inverse document frequencies "weights" (W), "components"
        (K, W), and whether the words are "letters". Without words if less than two
        are frequent enough.
    """
    known = column.drop_nulls()
    texts = known.gather_every(max(1, len(known) // FITTED_TEXTS)).to_list()
    blanks = sum(text.count(" ") + 1 for text in texts)
    letters = sum(map(len, texts)) > LETTERS_OF_A_WORD * blanks
    model = weighted_words(letters, min_df=min_rows, max_features=words)
    nothing = {"words": [], "weights": [], "components": [], "letters": letters}
    try:
        values = model.fit_transform(texts)
    except ValueError:  # no text at all, or no word in so many of them
        return nothing
    if values.shape[1] < 2:
        return nothing
    kept = min(numbers, values.shape[1] - 1)
    reduced = TruncatedSVD(kept, random_state=seed).fit(values)
    return {
        "words": model.get_feature_names_out().tolist(),
        "weights": model.idf_.round(DECIMALS).tolist(),
        "components": reduced.components_.round(DECIMALS).tolist(),
        "letters": letters,
    }


def text_features(column: pl.Series, fitted: dict[str, Any]) -> np.ndarray:
    """K numbers of each text, float64 (N, K); NaN where there is no text."""
    if not fitted["words"]:
        return np.empty((len(column), 0))
    model = weighted_words(fitted["letters"], vocabulary=fitted["words"])
    model.idf_ = np.array(fitted["weights"])
    values = model.transform(column.fill_null("").to_list())
    numbers: np.ndarray = values @ np.array(fitted["components"]).T
    return np.where(column.is_null().to_numpy()[:, None], np.nan, numbers)
