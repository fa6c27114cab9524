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


def table_of_predictions(
    ids: np.ndarray,
    truth: np.ndarray,
    predicted: pl.DataFrame,
    identifiers: pl.DataFrame,
    targets: list[str],
    classes: list[str],
) -> pl.DataFrame:
    """A row for each evaluated row: its number in the source, truth, identifiers, guess."""
    names = classes or targets
    if truth.ndim == 1:
        target = {"target": [classes[code] for code in truth]}
    elif len(names) == 1:
        target = {"target": truth[:, 0].tolist()}
    else:
        target = {
            f"target_{name}": truth[:, i].tolist() for i, name in enumerate(names)
        }
    known = pl.DataFrame({"row": ids} | target)
    taken = {*known.columns, *predicted.columns}
    kept = [column for column in identifiers if column.name not in taken]
    return pl.concat([known, pl.DataFrame(kept), predicted], how="horizontal")
