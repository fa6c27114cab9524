"""Words and pairs of words of texts, weighted by how rare they are."""

from typing import Any

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer

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
