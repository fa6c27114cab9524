"""Free text beside the columns of a table: whether it says something, and its features.

Measured on training rows, on at most 20,000 of them, evenly spaced. A text says
something by words that other rows have too: three of them on average, and every second
one. So names and codes, which are texts of their own in each row, become no features.
"""

from dataclasses import dataclass

import polars as pl

from labwright.plan.say import count, percent

MOST_WORDS = 2_000  # of a column: the most frequent
ROWS_PER_NUMBER = 25  # training rows that a feature of a text needs
NUMBERS = (4, 16)  # features of a text at least and at most
ALL_NUMBERS = 48  # of all texts of a row together, while each has the least
REPEATED = 3.0  # words of a text, on average, that enough training rows have
SHARE = 0.5  # and of all its words
MEASURED = 20_000  # training rows
LETTERS_OF_A_WORD = 20  # on average, beyond which letters are counted as words


@dataclass(frozen=True)
class Words:
    """The words of a column: those that repeat, how many of a text, and their share."""

    distinct: int
    in_a_text: float
    share: float


def words_of_column(column: pl.Series, min_rows: int) -> Words:
    """What repeats in `min_rows` of the training rows."""
    known = column.alias("text").drop_nulls().cast(pl.String)
    texts = known.gather_every(max(1, len(known) // MEASURED)).to_frame()
    text = pl.col("text")
    letters, blanks = texts.select(
        text.str.len_chars().sum().alias("letters"),
        (text.str.count_matches(" ") + 1).sum().alias("blanks"),
    ).row(0)
    pattern = r"\w" if letters > LETTERS_OF_A_WORD * blanks else r"\w+"
    words = (
        texts.with_row_index("row")
        .with_columns(text.str.to_lowercase().str.extract_all(pattern))
        .explode("text")
        .drop_nulls()
    )
    rows = words.group_by("text").agg(pl.col("row").n_unique(), pl.len())
    repeated = rows.filter(pl.col("row") >= min_rows)
    found = int(repeated["len"].sum())
    return Words(len(repeated), found / max(1, len(texts)), found / max(1, len(words)))


def say_nothing(column: pl.Series, min_rows: int) -> str:
    """Why a column of texts is nothing to learn from, or ""."""
    words = words_of_column(column, min_rows)
    if words.in_a_text >= REPEATED and words.share >= SHARE:
        return ""
    return (
        f"free text, of which {words.in_a_text:.1f} words a row, {percent(words.share)}, "
        f"are in {min_rows} training rows or more: too few repeats to learn from"
    )


def about_words(column: pl.Series, min_rows: int) -> str:
    """What the features are made of, with the figures."""
    words = words_of_column(column, min_rows)
    kept = count(min(words.distinct, MOST_WORDS), "word")
    return (
        f"TF-IDF of about {kept} in {min_rows} training rows or more, reduced by a "
        f"truncated SVD; {words.in_a_text:.1f} such words a text. Numbers: one for "
        f"{ROWS_PER_NUMBER} training rows, {NUMBERS[0]} to {NUMBERS[1]}"
    )


def numbers_of_text(rows: int, texts: int) -> int:
    """Features of each text by the rule, 0 where there is no text."""
    if not texts:
        return 0
    least, most = NUMBERS
    return max(least, min(most, rows // ROWS_PER_NUMBER, ALL_NUMBERS // texts))
