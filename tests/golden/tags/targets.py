"""What is to be predicted: which rows have it, and from the model's outputs back to it.

Which column holds it stands in dataloader.py.
"""

import re

import numpy as np
import polars as pl
from torch import Tensor

# ---- windows -------------------------------------------------------------------------

UNEQUAL = 0.01  # share of the rows that may have another number of tags than of words


def rows_of_tagged(table: pl.DataFrame, column: str, targets: list[str]) -> np.ndarray:
    """Numbers of the rows with words and as many tags, not all of them absent.

    Raises:
        ValueError: more than UNEQUAL of the rows have another number of tags.
    """
    words, tags = table[column].alias("words"), table[targets[0]].alias("tags")
    both = pl.DataFrame([words, tags]).with_row_index("row")
    both = both.filter(
        pl.col("words").list.len() > 0, pl.col("tags").list.drop_nulls().list.len() > 0
    )
    equal = both.filter(pl.col("words").list.len() == pl.col("tags").list.len())
    if len(both) - len(equal) > UNEQUAL * len(both):
        raise ValueError(
            f"expected as many tags in {targets[0]!r} as words in {column!r}, found "
            f"{len(both) - len(equal)} of {len(both)} rows where they differ. Mend or "
            "drop those rows."
        )
    return equal["row"].cast(pl.Int64).to_numpy()


# ---- spans ---------------------------------------------------------------------------

MOST_TAGS = 1 << 16
INSIDE = 0
BEGIN = 1
LAST = 2
SINGLE = 3
PLACES = {
    "I": INSIDE,
    "M": INSIDE,
    "B": BEGIN,
    "E": LAST,
    "L": LAST,
    "S": SINGLE,
    "U": SINGLE,
    "W": SINGLE,
}
SPAN_TAG = re.compile(r"([BIMELSUW])(?:[-_](.+))?")
NO_TAG = -100  # behind the last word of a row, and for a word without a tag


def are_spans(tags: list[str]) -> bool:
    """Whether tags say how words make up spans: O beside B-PER, I-PER … or B and I."""
    others = [tag for tag in tags if tag != "O"]
    read = [SPAN_TAG.fullmatch(tag) for tag in others]
    if len(others) == len(tags) or not others or not all(read):
        return False
    typed = [match[2] for match in read if match]
    return all(typed) or (not any(typed) and "B" in others)


def type_of_span(tag: str) -> str | None:
    """PER of B-PER, "" of B alone; None of O."""
    match = SPAN_TAG.fullmatch(tag)
    return (match[2] or "") if match else None


def coded_tags(tags: list[str]) -> np.ndarray:
    """The code of each tag of CLASSES, int64 (C,); its number where tags are no spans."""
    numbers: np.ndarray = np.arange(len(tags))
    if not are_spans(tags):
        return numbers
    types = sorted({found for tag in tags if (found := type_of_span(tag)) is not None})
    spans = [
        0
        if (found := type_of_span(tag)) is None
        else 4 * (1 + types.index(found)) + PLACES[tag[0]]
        for tag in tags
    ]
    coded: np.ndarray = numbers + MOST_TAGS * np.array(spans)
    return coded


# ---- word outcomes -------------------------------------------------------------------


def decode_tags(raw: Tensor, classes: list[str]) -> np.ndarray:
    """Numbers of tags, float (N, W), as codes of spans.py, int64 (N, W)."""
    numbers = raw.long().numpy()
    codes: np.ndarray = np.append(coded_tags(classes), NO_TAG)[np.maximum(numbers, -1)]
    return codes


# ---- the target ----------------------------------------------------------------------


def rows_in_use(
    table: pl.DataFrame, column: str, targets: list[str], most: int | None, seed: int
) -> np.ndarray:
    """Numbers of the rows that can be learned, at most `most` drawn by chance."""
    rows = rows_of_tagged(table, column, targets)
    if most is None or len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def decoded(raw: Tensor, classes: list[str]) -> np.ndarray:
    """What is kept of the model's outputs, as metrics compare it."""
    return decode_tags(raw, classes)
