"""Predictions as the columns of a table that people read."""

import numpy as np
import polars as pl


def columns_of_classes(
    decoded: np.ndarray, targets: list[str], classes: list[str]
) -> pl.DataFrame:
    """The likeliest class of each row, and the probability of every class."""
    likeliest = [classes[i] for i in decoded.argmax(axis=1)]
    each = {f"p_{name}": decoded[:, i] for i, name in enumerate(classes)}
    return pl.DataFrame({"prediction": likeliest} | each)


def columns_of_labels(
    decoded: np.ndarray, targets: list[str], classes: list[str]
) -> pl.DataFrame:
    """For each label whether it is given, at one half, and its probability."""
    given = {
        f"prediction_{name}": decoded[:, i] > 0.5 for i, name in enumerate(classes)
    }
    each = {f"p_{name}": decoded[:, i] for i, name in enumerate(classes)}
    return pl.DataFrame(given | each)


def columns_of_numbers(
    decoded: np.ndarray, targets: list[str], classes: list[str]
) -> pl.DataFrame:
    """The number predicted for each target, in its own unit."""
    if len(targets) == 1:
        return pl.DataFrame({"prediction": decoded[:, 0]})
    return pl.DataFrame(
        {f"prediction_{name}": decoded[:, i] for i, name in enumerate(targets)}
    )
