"""What the model relies on: permutation importance (Breiman, 2001)."""

from collections.abc import Callable

import numpy as np
import polars as pl


def permutation_importance(
    score: Callable[[pl.DataFrame], float],
    table: pl.DataFrame,
    columns: list[str],
    seed: int = 0,
) -> dict[str, float]:
    """How much worse the score gets when a column's values are dealt to other rows.

    Args:
        score: Of a table; higher is better.
        table: The rows to look at, with all columns that `score` needs.
        columns: Those to look at, each permuted alone.
        seed: Of the permutations.

    Returns:
        The loss of score for each column, the largest first; about 0 or below for what
        is not used.
    """
    whole = score(table)
    rng = np.random.default_rng(seed)
    losses = {}
    for name in columns:
        dealt = table[name][rng.permutation(len(table))]
        losses[name] = whole - score(table.with_columns(dealt))
    return dict(sorted(losses.items(), key=lambda item: -item[1]))
