"""Whether rows with equal inputs are kept in one part."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from labwright.plan.say import count, percent

SAMPLE = 20_000  # rows by which the chance of equality is measured
BY_CHANCE = 0.01  # of the rows: so many expected equal pairs make equality plain chance
AMPLE = 100  # distinct rows, of which three parts can still be made


@dataclass(frozen=True)
class Equality:
    """Whether equal rows stay together, and the figures behind it."""

    together: bool
    reason: str


def judge_equality(
    features: pl.DataFrame, units: pl.Series, copies: bool = False
) -> Equality:
    """Together while distinct rows are ample and equality is no mere coincidence.

    Two rows would agree by chance with the product over all columns of the chance that
    two cells do. Where as many pairs are to be expected as equal rows matter, 1 % of
    the rows, they are independent cases that look alike, not copies.

    Args:
        features: The inputs of all rows in use.
        units: For each row the first row that equals it.
        copies: Equality is no coincidence: the features are fingerprints of files.
    """
    rows = len(features)
    distinct = int((units.to_numpy() == np.arange(rows)).sum())
    if distinct == rows:
        return Equality(True, f"all {rows:,} rows have different inputs")
    repeated = f"{rows - distinct:,} of {count(rows, 'row')}"
    if copies:
        return Equality(True, f"{repeated} are copies of an earlier one")
    equal = f"{repeated} equal an earlier one in all inputs"
    if distinct < AMPLE:
        return Equality(False, f"{equal}, and only {distinct:,} are distinct")
    expected = expected_pairs(features)
    if expected >= BY_CHANCE * rows:
        return Equality(
            False,
            f"{equal}, which {features.width} columns of few values make by chance: "
            f"about {expected:,.0f} such pairs are to be expected",
        )
    share = percent((rows - distinct) / rows)
    by_chance = f"chance alone would make about {expected:,.0f}"
    return Equality(True, f"{equal} ({share}), and {by_chance}")


def expected_pairs(features: pl.DataFrame) -> float:
    """Pairs of rows that would be equal if the columns were independent."""
    rows = len(features)
    sample = features.gather_every(max(1, rows // SAMPLE))
    n, chance = len(sample), 1.0
    for column in sample:
        counts = column.unique_counts().cast(pl.Float64)
        chance *= max(float((counts * counts).sum() - n), 0.0) / (n * (n - 1))
    return chance * rows * (rows - 1) / 2
