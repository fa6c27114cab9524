"""Read .npz, arrays as NumPy saves them."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

PART = r"(.+?)_?(train(?:ing)?|val(?:id(?:ation)?)?|dev|test)"  # X_train, y_test


def read_npz(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """A row for each entry of the arrays' first dimension; columns for each array.

    An array (N,) or (N, 1) is a column of values, (N, T) one of lists, and (N, C, T) or
    (N, T, C) are C columns of lists, `X_0`, `X_1` …: the smaller of the two dimensions
    is the channels, and the first of two that are equal. X_test stands below X_train.

    Args:
        path: Of the file.
        reading: "channels" (how many the arrays with three dimensions have, by name, so
            that new series may be of any length), optional.

    Raises:
        ValueError: it holds Python objects, or its arrays are not of these shapes.
    """
    parts: dict[str, dict[str, pl.Series]] = {}
    with np.load(path, allow_pickle=False) as arrays:
        for key in arrays.files:
            name, part = array_name(key)
            channels = reading.get("channels", {}).get(name)
            found = array_columns(name, arrays[key], channels)
            parts.setdefault(part, {}).update({c.name: c for c in found})
    lengths = {
        name: [len(c) for c in columns.values()] for name, columns in parts.items()
    }
    names = {frozenset(columns) for columns in parts.values()}
    if len(names) != 1 or any(len(set(rows)) > 1 for rows in lengths.values()):
        shown = {c.name: len(c) for columns in parts.values() for c in columns.values()}
        raise ValueError(
            f"expected arrays of one length in {path.name}, found {shown}. Save one "
            "entry for each series in every array."
        )
    return pl.concat([pl.DataFrame(c) for c in parts.values()], how="diagonal_relaxed")


def array_name(key: str) -> tuple[str, str]:
    """An array's name without the part of the data it is of, and that part."""
    named = re.fullmatch(PART, key, re.IGNORECASE)
    return (named[1], named[2].lower()) if named else (key, "")


def array_columns(
    name: str, array: np.ndarray, channels: int | None
) -> list[pl.Series]:
    """One array as columns of values or of lists.

    Raises:
        ValueError: it holds neither numbers nor texts, or has no or more than three
            dimensions.
    """
    if array.dtype.kind in "cV":
        raise ValueError(
            f"expected numbers or texts in the array {name!r}, found {array.dtype}. "
            "Save each of its parts as an array of its own."
        )
    if array.dtype.kind == "S":
        array = array.astype(str)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 1:
        return [pl.Series(name, array.tolist())]
    if array.ndim == 2:
        return [as_lists(name, array)]
    if array.ndim != 3:
        raise ValueError(
            f"expected one to three dimensions in the array {name!r}, found shape "
            f"{array.shape}. Save it as (N, T) or (N, C, T)."
        )
    count = channels or min(array.shape[1:])
    if array.shape[1] != count:
        array = array.swapaxes(1, 2)  # (N, T, C) -> (N, C, T)
    return [as_lists(f"{name}_{i}", array[:, i]) for i in range(array.shape[1])]


def as_lists(name: str, array: np.ndarray) -> pl.Series:
    """(N, T) as lists of numbers."""
    return pl.Series(name, array.astype(np.float64)).arr.to_list()
