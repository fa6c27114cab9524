"""How far a figure would move with other test rows: the percentile bootstrap."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

MIN_UNITS = 6  # with fewer, no resampling can show a difference at the 95 % level


def resampled_rows(units: np.ndarray, draws: int, seed: int) -> Iterator[np.ndarray]:
    """Row numbers of each draw: as many units as there are, with all rows of each.

    With replacement (Efron, 1979; Davison & Hinkley, 1997, for units of several rows).
    """
    order = np.argsort(units, kind="stable")
    _, first, sizes = np.unique(units[order], return_index=True, return_counts=True)
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        drawn = rng.integers(len(first), size=len(first))
        many = sizes[drawn]
        ends = np.cumsum(many)
        yield order[np.repeat(first[drawn] - (ends - many), many) + np.arange(ends[-1])]


def bootstrap(
    metric: Callable[[Tensor, Tensor], float],
    predictions: dict[str, Tensor],
    truth: Tensor,
    units: np.ndarray,
    draws: int,
) -> dict[str, np.ndarray]:
    """The metric of each prediction on the same resampled rows, float64 (draws,).

    Because the draws are the same, differences between two predictions are paired.
    """
    figures = {name: np.full(draws, np.nan) for name in predictions}
    for draw, rows in enumerate(resampled_rows(units, draws, seed=0)):
        index = torch.from_numpy(rows)
        drawn = truth[index]
        for name, prediction in predictions.items():
            figures[name][draw] = metric(prediction[index], drawn)
    return figures


def interval(figures: np.ndarray, units: int) -> list[float] | None:
    """The 95 % percentile interval; None where there are too few units or figures.

    Draws that leave the metric undetermined (NaN) are passed over while most are not.
    """
    known = figures[np.isfinite(figures)]
    if units < MIN_UNITS or len(known) <= len(figures) / 2:
        return None
    low, high = np.quantile(known, [0.025, 0.975])
    return [float(low), float(high)]


def interval_of_share(figures: np.ndarray, units: int) -> list[float] | None:
    """The interval of a metric that is 1 where no unit is wrong.

    There all draws agree, as if the figure were certain; what so few units cannot rule out
    is the exact binomial bound (Clopper & Pearson, 1934): 0.93 for 51 units without error.
    """
    found = interval(figures, units)
    return [0.025 ** (1 / units), 1.0] if found == [1.0, 1.0] else found


def verdict(difference: list[float] | None) -> str:
    """What the interval of a difference says, where above 0 is better."""
    if difference is None or difference[0] <= 0 <= difference[1]:
        return "ties"
    return "beats" if difference[0] > 0 else "loses"
