"""How far predictions are from the truth, and what rows were taken for, in words."""

from typing import Any

import numpy as np


def distances(truth: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """How far each row's prediction is from its truth, (N,): the most wrong is highest.

    Of a class what its probability lacks to 1; of labels and numbers the mean absolute
    difference, in standard deviations of the truth.
    """
    if truth.ndim == 1:
        missed: np.ndarray = 1 - prediction[np.arange(len(truth)), truth]
        return missed
    spread = np.maximum(truth.std(axis=0), 1e-12)
    far: np.ndarray = (np.abs(prediction - truth) / spread).mean(axis=1)
    return far


def in_words(
    truth: np.ndarray, prediction: np.ndarray, classes: list[str]
) -> dict[str, Any]:
    """What one row is and what it was taken for, and whether that is right.

    Args:
        truth: A class (), labels (K,) or numbers (K,).
        prediction: Probabilities (C,) or (K,), or numbers (K,).
        classes: Names of classes or labels; none of numbers, which are not right or wrong.
    """
    if truth.ndim == 0:
        guess = int(prediction.argmax())
        return {
            "truth": classes[int(truth)],
            "prediction": classes[guess],
            "probability": round(float(prediction[guess]), 4),
            "right": guess == int(truth),
        }
    if not classes:
        numbers = {"truth": truth, "prediction": prediction}
        return {
            key: ", ".join(f"{x:.4g}" for x in each) for key, each in numbers.items()
        }
    true = [name for name, t in zip(classes, truth, strict=True) if t]
    given = [name for name, p in zip(classes, prediction, strict=True) if p > 0.5]
    words = {"truth": ", ".join(true), "prediction": ", ".join(given)}
    return words | {"right": true == given}
