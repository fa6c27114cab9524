"""What a row of vectors is on average: features for a linear model."""

import numpy as np


def mean_vectors(
    values: np.ndarray, starts: np.ndarray, lengths: np.ndarray
) -> np.ndarray:
    """The mean vector of each row, float32 (N, C); 0 for one without steps.

    Args:
        values: The vectors of all rows, one row behind the other, (steps, C).
        starts: The first step of each row, (N,).
        lengths: Steps of each row, (N,).
    """
    means = np.zeros((len(starts), values.shape[1]), dtype=np.float32)
    for row, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        if length:
            means[row] = values[start : start + length].mean(axis=0, dtype=np.float32)
    return means
