"""How rows become sub-words: how many there are, and how many the model reads at once.

Measured on training rows alone. Few words with tags are learned best as one step each,
read by what a tagger looks at: the word, its endings, its beginning, its look. From 200,000
training words on there is enough to learn how sub-words make up words, as there is in texts
without tags.
"""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from labwright.plan.decisions import Decision
from labwright.plan.encoding import Encoding
from labwright.plan.say import count, percent

MEASURED = 20_000  # training rows by which lengths are measured, evenly spaced
LIMIT = 256  # sub-words at once, more where most rows are longer
LONGEST = 512
FEW_WORDS = 200_000  # training words, below which a word is read by its features
FEATURES = 32_000  # ids of features at most
HIDDEN = 0.3  # share of the features of words that training then does not see
WORDS_PER_ID = 4  # training words for each id of the vocabulary
WORD_IDS = (1_000, 16_000)  # ids for words with tags, at least and at most
TOKENS_PER_ID = 50  # training words of a text for each id
TEXT_IDS = (500, 8_000)
READ_AT_ONCE = 2**17  # sub-words without gradients
OUTPUTS_AT_ONCE = 2**26  # numbers that the model puts out for them


@dataclass(frozen=True)
class Subwords:
    """The encoding of words or texts, and what was measured of it."""

    vocabulary: int
    limit: int
    steps: int  # of a row, on average
    judged: float  # targets of a row, on average
    decisions: tuple[Decision, ...]
    names: dict[str, str]
    causal: bool

    def encoding(self, column: str, outputs: int) -> Encoding:
        """As the plan has it."""
        at_once = min(READ_AT_ONCE, OUTPUTS_AT_ONCE // outputs)
        return Encoding(
            steps=self.steps,
            decisions=self.decisions,
            constants={
                "COLUMN": column,
                "VOCABULARY": self.vocabulary,
                "LIMIT": self.limit,
                "CAUSAL": self.causal,
                "HIDDEN": 0.0 if self.names.get("ids_of_featured") else HIDDEN,
                "INFERENCE_ROWS": max(1, at_once // self.limit),
            },
            names=self.names,
        )


def encode_words(train: pl.DataFrame, column: str) -> Subwords:
    """Of rows of words, each with a tag."""
    words = int(train[column].list.len().sum())
    judged = words / len(train)
    if words < FEW_WORDS:
        return _by_features(train, column, words, judged)
    from labwright.parts.windows import fit_on_words, ids_of_sentences

    vocabulary = _ids(words / WORDS_PER_ID, WORD_IDS)
    fitted = fit_on_words(train, column, vocabulary)
    some = _spaced(train[column])
    lengths = np.array([len(ids) for ids, _ in ids_of_sentences(some, fitted)])
    each = lengths.sum() / max(1, int(some.list.len().sum()))
    low, high = WORD_IDS
    decisions = (
        Decision(
            "encoding",
            "byte pairs of words",
            f"{words:,} training words, from {FEW_WORDS:,}: byte-level BPE learned on "
            f"the training part only; {each:.2f} sub-words a word on average, and a "
            "word's tag stands at its first",
        ),
        Decision(
            "vocabulary",
            vocabulary,
            f"one sub-word for {WORDS_PER_ID} training words, {low:,} to {high:,}: "
            "frequent words whole, rare ones by stem and ending",
        ),
    )
    names = {
        "fit_on_features": "fit_on_words",
        "ids_of_featured": "ids_of_sentences",
        "size_of_features": "size_of_bpe",
    }
    return _cut(lengths, vocabulary, judged, decisions, names, "word", causal=False)


def _by_features(
    train: pl.DataFrame, column: str, words: int, judged: float
) -> Subwords:
    """Several ids a word: itself, its endings, its beginning, its look."""
    met = train[column].explode().drop_nulls().value_counts()["count"]
    rare = float(met.filter(met == 1).sum() / max(1, words))
    decisions = (
        Decision(
            "encoding",
            "features of words",
            f"{words:,} training words, fewer than {FEW_WORDS:,}: each is read by the "
            "word itself, its last 1 to 4 letters, its first 3 and its look, as far as "
            f"training met them twice; {percent(rare)} of them come once only, and new "
            "words are known by their parts",
        ),
        Decision(
            "hidden features",
            HIDDEN,
            "share of the features that training does not see, drawn anew in each epoch: "
            "so each learns to do without the others, as with new words",
        ),
    )
    lengths = _spaced(train[column]).list.len().to_numpy()
    return _cut(lengths, FEATURES, judged, decisions, {}, "word", causal=False)


def encode_texts(train: pl.DataFrame, column: str) -> Subwords:
    """Of texts, of which every sub-word is predicted by those before it."""
    from labwright.parts.bpe import ids_of_texts
    from labwright.parts.windows import fit_on_texts

    words = int(train[column].str.count_matches(r"\S+").sum())
    vocabulary = _ids(words / TOKENS_PER_ID, TEXT_IDS)
    fitted = fit_on_texts(train, column, vocabulary)
    some = _spaced(train[column]).to_list()
    lengths = np.array([len(ids) + 1 for ids in ids_of_texts(some, fitted)])
    low, high = TEXT_IDS
    decisions = (
        Decision(
            "encoding",
            "byte pairs of texts",
            "byte-level BPE learned on the training part only, so any language can be "
            f"written; {lengths.mean():.1f} tokens a text on average, its end among "
            "them",
        ),
        Decision(
            "vocabulary",
            vocabulary,
            f"one token for {TOKENS_PER_ID} of {words:,} training words, {low:,} to "
            f"{high:,}; perplexity is a token's, so it grows with the vocabulary",
        ),
        Decision(
            "attention",
            "causal",
            "a step sees itself and earlier ones only, never what it is to predict",
        ),
    )
    names = {
        "rows_of_tagged": "rows_of_texts",
        "fit_on_features": "fit_on_texts",
        "ids_of_featured": "ids_of_running",
        "size_of_features": "size_of_bpe",
        "cut_tagged": "cut_texts",
        "text_lists": "texts_as_they_are",
        "decode_tags": "decode_tokens",
    }
    judged = float(np.minimum(lengths, LONGEST).mean())
    return _cut(lengths, vocabulary, judged, decisions, names, "token", causal=True)


def _cut(
    lengths: np.ndarray,
    vocabulary: int,
    judged: float,
    decisions: tuple[Decision, ...],
    names: dict[str, str],
    cut_at: str,
    causal: bool,
) -> Subwords:
    """With the limit of what the model reads at once."""
    half = float((lengths > LIMIT).mean())
    limit = LONGEST if half > 0.5 else LIMIT
    longer = float((lengths > limit).mean())
    pieces = "no row is longer"
    if longer:
        pieces = (
            f"{percent(longer)} of the rows are longer, up to {lengths.max():,}, and "
            f"are cut at a {cut_at} into windows that do not see each other"
        )
    read = np.minimum(lengths, limit)
    outcome = "scores_of_tokens" if causal else "codes_of_words"
    return Subwords(
        vocabulary=vocabulary,
        limit=limit,
        steps=max(1, math.ceil(read.mean())),
        judged=judged,
        decisions=(
            *decisions,
            Decision("limit", limit, f"{count(limit, 'sub-word')} at once: {pieces}"),
            Decision(
                "num_workers", 0, "rows are read from the disk's cache: no processes"
            ),
        ),
        names={**names, "whole_outputs": outcome},
        causal=causal,
    )


def _spaced(column: pl.Series) -> pl.Series:
    return column.gather_every(max(1, len(column) // MEASURED))


def _ids(wanted: float, bounds: tuple[int, int]) -> int:
    """A size of the vocabulary with two figures."""
    low, high = bounds
    bounded = min(max(wanted, low), high)
    unit: int = 10 ** (math.floor(math.log10(bounded)) - 1)
    return round(bounded / unit) * unit
