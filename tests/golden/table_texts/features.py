"""From clean rows, free text among them, to the arrays that a model reads.

Whatever is fitted here is fitted on training rows alone, and kept as plain data in
data/prepared. Which columns are used, and as what, stands in dataloader.py; the constants
about texts are yours to edit: what you change is prepared anew.
"""

from typing import Any

import numpy as np
import polars as pl
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

TEXT_WORDS = 2000  # of each column of texts, the most frequent
TEXT_NUMBERS = 15  # that a text becomes
SEED = 0  # of the decomposition

# ---- text features -------------------------------------------------------------------

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


# ---- encode --------------------------------------------------------------------------

LEVELS = np.linspace(-1, 1, 257)  # where the quantiles of a number are laid


def fit_encoder(
    train: pl.DataFrame,
    numbers: list[str],
    categories: list[str],
    min_rows: int,
    max_categories: int,
) -> dict[str, Any]:
    """The quantiles of each number and the values of each category, as plain data.

    A category's value needs `min_rows` training rows to get a code of its own, and only
    the `max_categories` most frequent ones do.
    """
    quantiles = {}
    for name in numbers:
        known = train[name].alias("value").drop_nulls().to_numpy()
        values, first, count = np.unique(
            np.quantile(known, (LEVELS + 1) / 2) if len(known) else known,
            return_index=True,
            return_counts=True,
        )  # a value that several quantiles share lies in the middle of them
        levels = LEVELS[first] + (count - 1) * (LEVELS[1] - LEVELS[0]) / 2
        quantiles[name] = {"values": values.tolist(), "levels": levels.tolist()}
    frequent = {}
    for name in categories:
        counts = train[name].alias("value").drop_nulls().value_counts().rows()
        ranked = sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:max_categories]
        frequent[name] = [value for value, count in ranked if count >= min_rows]
    return {"numbers": quantiles, "categories": frequent}


def number_levels(column: pl.Series, fitted: dict[str, list[float]]) -> np.ndarray:
    """Where each number lies among the training rows' quantiles, in [-1, 1]; or NaN."""
    if not fitted["values"]:
        return np.full(len(column), np.nan)
    levels: np.ndarray = np.interp(
        column.to_numpy(), fitted["values"], fitted["levels"]
    )
    return levels


def category_codes(column: pl.Series, values: list[str]) -> np.ndarray:
    """0 where no value is, 1 for rare and for unseen ones, from 2 the frequent ones."""
    column = column.alias("value")  # polars takes some names as patterns
    code = column.cast(pl.Enum(values), strict=False).to_physical().cast(pl.Int64) + 2
    codes: np.ndarray = (code.fill_null(1) * column.is_not_null()).to_numpy()
    return codes


def encode_features(
    table: pl.DataFrame, encoder: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers, then category codes, float32 (N, F); where a value is, bool (N, F)."""
    columns = [
        number_levels(table[name], fit) for name, fit in encoder["numbers"].items()
    ]
    for name, values in encoder["categories"].items():
        codes = category_codes(table[name], values).astype(np.float64)
        columns.append(np.where(codes == 0, np.nan, codes))
    values = np.stack(columns, axis=1).astype(np.float32)
    return np.nan_to_num(values, nan=0.0), ~np.isnan(values)


def features_arguments(encoder: dict[str, Any]) -> dict[str, Any]:
    """What a model can use beyond the arrays: the codes of each feature, 0 for numbers."""
    codes = [len(values) + 2 for values in encoder["categories"].values()]
    cardinalities = [0] * len(encoder["numbers"]) + codes
    return {"kind": "features", "cardinalities": cardinalities}


# ---- inputs --------------------------------------------------------------------------


def with_texts(table: pl.DataFrame, texts: dict[str, Any]) -> pl.DataFrame:
    """The table with the numbers that its texts become, named `<column>.topic1` …"""
    made = [
        pl.Series(f"{name}.topic{i}", values, nan_to_null=True)
        for name, fitted in texts.items()
        for i, values in enumerate(text_features(table[name], fitted).T, start=1)
    ]
    return table.with_columns(made)


def fit_features(
    train: pl.DataFrame,
    columns: dict[str, list[str]],
    min_rows: int,
    max_categories: int,
) -> dict[str, Any]:
    """All that encoding needs to know of the training rows, as plain data."""
    numbers, categories = columns["numbers"], columns["categories"]
    texts = {
        name: fit_text_features(train[name], min_rows, TEXT_WORDS, TEXT_NUMBERS, SEED)
        for name in columns["texts"]
    }
    topics = [
        f"{name}.topic{i}"
        for name, fitted in texts.items()
        for i, _ in enumerate(fitted["components"], start=1)
    ]
    whole = with_texts(train, texts)
    fitted = fit_encoder(whole, numbers + topics, categories, min_rows, max_categories)
    return fitted | {"texts": texts}


def number_inputs(table: pl.DataFrame, encoder: dict[str, Any]) -> pl.DataFrame:
    """The inputs that are numbers, as they are before encoding."""
    whole = with_texts(table, encoder["texts"])
    return pl.DataFrame({name: whole[name] for name in encoder["numbers"]})


def encode(
    table: pl.DataFrame, encoder: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Rows as the model reads them, and where a value is; False stands beside a 0."""
    return encode_features(with_texts(table, encoder["texts"]), encoder)


def model_arguments(encoder: dict[str, Any]) -> dict[str, Any]:
    """What a model can use beyond its five arguments, if it accepts it."""
    return features_arguments(encoder)
