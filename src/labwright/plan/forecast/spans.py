"""How much history a forecast reads, and how far apart forecasts are.

The history is whole seasons, as many as let history and horizon fit into a width that
trains fast, at least the horizon and one season; earlier seasons are read as lags. An
epoch is limited by training on every few steps only: a stride that shares no factor with
a season, so that each hour or month is met.
"""

from dataclasses import dataclass
from math import gcd

import numpy as np

from labwright.errors import UnusableError
from labwright.parts.forecast_windows import forecast_origins, part_bounds
from labwright.plan.say import count, line

WIDTH = 128  # steps of history and horizon together, where that is enough
MOST_SEASONS = 3  # of history
MOST_HISTORY = 512
LEAST_HISTORY = 8
PART_OF_SERIES = 0.5  # of the training steps of the usual series that a window takes
MOST_TRAINED = 4_096  # training windows, so that an epoch takes minutes on a processor
MOST_JUDGED = 1_024  # windows of val, and of test
FEWEST_MOMENTS = 8  # from which forecasts are made, however many series there are


@dataclass(frozen=True)
class Laid:
    """Series on even steps.

    Attributes:
        target: Of all series, one after the other, float64 (G,), NaN in gaps.
        first: Cell with which each series begins, and the end, int64 (S + 1,).
        begins: Step of that cell, int64 (S,).
        labels: What the series are called.
    """

    target: np.ndarray
    first: np.ndarray
    begins: np.ndarray
    labels: tuple[str, ...]

    @property
    def cells(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Target, first and begins, as parts take them."""
        return self.target, self.first, self.begins

    def moments(self, cells: np.ndarray, series: np.ndarray) -> int:
        """How many different steps some cells are of."""
        return len(np.unique(self.begins[series] + cells - self.first[series]))

    def before(self, step: int) -> list[np.ndarray]:
        """The values of each series before a step."""
        pairs = zip(self.first[:-1], self.first[1:], self.begins, strict=True)
        return [
            self.target[low : min(high, low + max(0, step - begin))]
            for low, high, begin in pairs
        ]


@dataclass(frozen=True)
class Spans:
    """What windows span and which there are."""

    history: int
    history_reason: str
    strides: tuple[int, int]  # of train, and of val and test
    windows: dict[str, int]  # of each part
    short: tuple[str, ...]  # series without a training window
    bounds: tuple[int, int]  # the steps with which val and test begin


def choose_history(horizon: int, season: int, steps: int) -> tuple[int, str]:
    """Steps of history, and why.

    Args:
        horizon: Steps to forecast.
        season: Steps; 1 for none.
        steps: Training steps of the usual series.
    """
    least = max(horizon, season, LEAST_HISTORY)
    if season > 1:
        seasons = max(
            -(-least // season), min(MOST_SEASONS, (WIDTH - horizon) // season)
        )
        history = seasons * season
        why = f"{count(seasons, 'season')} of {season} steps"
    else:
        history = max(least, min(WIDTH - horizon, 2 * horizon + 16))
        why = "no season: twice the horizon and some more"
    room = max(LEAST_HISTORY, int(PART_OF_SERIES * steps) - horizon)
    if min(room, MOST_HISTORY) < history:
        limit = "half of the training steps" if room < MOST_HISTORY else "the most"
        return min(room, MOST_HISTORY), f"{why}, held to {limit}"
    return history, why


def choose_spans(
    laid: Laid, horizon: int, seasons: list[int], shares: tuple[float, float, float]
) -> Spans:
    """History, strides and windows of each part.

    Raises:
        UnusableError: the series are too short for forecasts of that length.
    """
    val, test = part_bounds(*laid.cells, shares)
    lengths = [int((~np.isnan(values)).sum()) for values in laid.before(val)]
    usual = int(np.median([n for n in lengths if n] or [0]))
    history, why = choose_history(horizon, seasons[0], usual)
    spans = {"train": (-np.inf, val), "val": (val, test), "test": (test, np.inf)}
    found = {
        part: forecast_origins(*laid.cells, history, horizon, span, 1)
        for part, span in spans.items()
    }
    if empty := [part for part, (cells, _) in found.items() if not len(cells)]:
        end = max(laid.begins + np.diff(laid.first))
        parts = {"val": test - val, "test": int(end) - test, "train": usual}
        raise UnusableError(
            f"series with room for a horizon of {horizon} steps in each part",
            f"{count(parts[empty[0]], 'step')} in {empty[0]}, of {len(laid.labels)} series",
            f"Add a line such as {line('horizon', max(1, min(parts.values()) // 3))}, or "
            "bring longer series.",
            key="horizon",
        )
    sizes = {part: len(cells) for part, (cells, _) in found.items()}
    moments = {part: laid.moments(*pair) for part, pair in found.items()}
    judged = max(sizes["val"], sizes["test"]), min(moments["val"], moments["test"])
    strides = (
        stride_for(sizes["train"], MOST_TRAINED, moments["train"], seasons),
        stride_for(judged[0], MOST_JUDGED, judged[1], seasons),
    )
    windows = {
        part: len(
            forecast_origins(
                *laid.cells, history, horizon, span, strides[int(part != "train")]
            )[0]
        )
        for part, span in spans.items()
    }
    trained = {int(series) for series in np.unique(found["train"][1])}
    short = [label for i, label in enumerate(laid.labels) if i not in trained]
    return Spans(history, why, strides, windows, tuple(short), (val, test))


def stride_for(windows: int, most: int, moments: int, seasons: list[int]) -> int:
    """Steps between windows so that about `most` are left; prime to each season.

    Of the `moments` from which forecasts are made, FEWEST_MOMENTS are left in any case.
    """
    stride = max(1, min(round(windows / most), moments // FEWEST_MOMENTS))
    while any(gcd(stride, season) > 1 for season in seasons if season > 1):
        stride += 1
    return stride
