"""How a text becomes steps: byte pairs, their number, and how long a text may be.

Measured on training texts alone, on at most 20,000 of them, evenly spaced.
"""

import math

import numpy as np
import polars as pl

from labwright.errors import BaseModelError
from labwright.plan.decisions import Decision
from labwright.plan.encoding import Encoding, Material
from labwright.plan.pretrained import encode_pretrained
from labwright.plan.reading import at_once, choose_longest, loaded
from labwright.plan.say import count, names

MEASURED = 20_000  # training rows
VOCABULARY = (1_000, 16_000)  # byte pairs at least and at most
WORDS_PER_PAIR = 25  # training words that a byte pair of the vocabulary needs
LOWER_BELOW = 2_000_000  # training words, from which case is worth telling apart
LONGEST = 512  # steps; attention costs the square of them


def encode_text(material: Material) -> Encoding:
    """Byte pairs of the training texts, or the vectors of a pretrained encoder.

    Raises:
        BaseModelError: the workspace's own model cannot be told that steps are ids.
        TaskError: the pretrained encoder cannot be used.
    """
    if material.task.pretrained:
        return encode_pretrained(material)
    if material.plain:
        raise BaseModelError(
            "a base_model.py whose BaseTransformer takes `kind`, to be told that steps "
            "are ids of byte pairs",
            "one that takes only the five arguments",
            'Add `kind`, or read vectors instead: "pretrained": "owner/name".',
            key="base_model.py",
        )
    from labwright.parts.byte_pair_texts import byte_pair_steps, fit_byte_pairs

    texts = material.train.select(pl.selectors.by_name(material.recipe.columns))
    few = texts.gather_every(max(1, len(texts) // MEASURED))
    words = words_of(few) * len(texts) // max(1, len(few))
    vocabulary = vocabulary_for(words)
    lower_case = words < LOWER_BELOW
    fitted = fit_byte_pairs(few, vocabulary, lower_case)
    unlimited = 2**31 - 1
    steps = byte_pair_steps(few, fitted, unlimited)
    lengths = np.array([len(row) for row in steps])
    longest, cut = choose_longest(lengths, LONGEST, "byte pairs")
    read = np.minimum(lengths, longest)
    typical = max(1, round(float(read.mean())))
    rows = sum(material.rows.values())
    empty = float((lengths == 0).mean())
    learned = "the training part only"
    return Encoding(
        steps=typical,
        decisions=(
            *_joined(material.recipe.columns),
            Decision(
                "encoding",
                "byte pairs",
                f"byte-level BPE learned on {learned}, so any language can be written; "
                f"{typical} a text on average. A pretrained encoder has read more than "
                f"these {words:,} words",
                '"pretrained": "owner/name"',
            ),
            Decision(
                "vocabulary",
                vocabulary,
                f"about one byte pair for {WORDS_PER_PAIR} of {words:,} training words, "
                f"{VOCABULARY[0]:,} to {VOCABULARY[1]:,}",
            ),
            Decision(
                "lower case",
                lower_case,
                f"{words:,} training words: below {LOWER_BELOW:,}, a word is learned "
                "better if its case does not part it"
                if lower_case
                else f"{words:,} training words are enough to tell case apart",
            ),
            cut,
            *_empty(empty, len(few)),
            *loaded(rows * typical * 4, "ids of byte pairs"),
        ),
        constants={
            "TEXTS": list(material.recipe.columns),
            "LONGEST": longest,
            "VOCABULARY": vocabulary,
            "LOWER_CASE": lower_case,
            "INFERENCE_ROWS": at_once(longest),
        },
    )


def words_of(texts: pl.DataFrame) -> int:
    """Words of all texts; where a language writes no blanks, every second letter."""
    counted = texts.select(
        pl.all().fill_null("").str.count_matches(r"[^\s\p{Lo}]+|\p{Lo}{1,2}").sum()
    )
    return sum(counted.row(0))


def vocabulary_for(words: int) -> int:
    """Byte pairs by the rule, in whole thousands."""
    least, most = VOCABULARY
    wanted = math.ceil(words / WORDS_PER_PAIR / 1_000) * 1_000
    return min(max(wanted, least), most)


def _joined(columns: tuple[str, ...]) -> list[Decision]:
    if len(columns) == 1:
        return []
    reason = f"{count(len(columns), 'column')} read as one text, a separator between"
    return [Decision("texts", names(list(columns)), reason)]


def _empty(share: float, rows: int) -> list[Decision]:
    if not share:
        return []
    reason = f"{share:.3%} of {rows:,} training texts are empty: their mask is False"
    return [Decision("empty texts", "kept", reason)]
