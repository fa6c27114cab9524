"""How close predicted numbers are: predicted against actual, and the residuals."""

import numpy as np
from numpy.typing import NDArray

from labwright.report.markup import Node
from labwright.report.svg import Scale, box, dot, line, nice_step, plot, scale_of

Numbers = NDArray[np.float64]

POINTS = 1_200  # rows drawn as points; more are drawn as a density
CELLS = 48  # of the density, each way
SKEWED = 1.5  # skew of the actual numbers from which a logarithmic axis is tried


def is_skewed(actual: Numbers, predicted: Numbers) -> bool:
    """Whether logarithmic axes show more: all positive, skewed, and less so in logarithms."""
    if min(actual.min(), predicted.min()) <= 0:
        return False
    return skew(actual) > SKEWED and abs(skew(np.log(actual))) < skew(actual) / 2


def skew(values: Numbers) -> float:
    """Third standardized moment (Fisher and Pearson); 0 where all values are equal."""
    centred = values - values.mean()
    spread = float(np.sqrt((centred**2).mean()))
    return float((centred**3).mean()) / spread**3 if spread else 0.0


def scatter(actual: Numbers, predicted: Numbers) -> Node:
    """Predicted against actual, points or a density, with the line where both are equal."""
    log = is_skewed(actual, predicted)
    scale = scale_of([*actual, *predicted], log=log)
    marks = _points if len(actual) <= POINTS else _density
    transform = np.log if log else np.asarray
    ends = transform(np.array([scale.low, scale.high]))
    x, y = ((transform(v) - ends[0]) / (ends[1] - ends[0]) for v in (actual, predicted))
    return plot(
        scale,
        scale,
        line(0, 100, 100, 0, "marker"),
        *marks(x, y),
        label="Predicted against actual",
        x_title="Actual" + (" (logarithmic)" if log else ""),
        y_title="Predicted",
        shape="square",
    )


def _points(x: Numbers, y: Numbers) -> list[Node]:
    return [
        dot(100 * a, 100 - 100 * b, "point", radius=2.6)
        for a, b in zip(x, y, strict=True)
    ]


def _density(x: Numbers, y: Numbers) -> list[Node]:
    """Cells as strong as the logarithm of their rows, so that single rows are still seen."""
    counts, *_ = np.histogram2d(x, y, bins=CELLS, range=[[0, 1], [0, 1]])
    strength = np.log1p(counts) / np.log1p(counts.max())
    size = 100 / CELLS
    return [
        box(
            size * i,
            100 - size * (j + 1),
            size,
            size,
            "cell",
            strength=0.12 + 0.88 * strength[i, j],
        )
        for i, j in zip(*np.nonzero(counts), strict=True)
    ]


def residuals(actual: Numbers, predicted: Numbers) -> Node:
    """Histogram of predicted minus actual; the outermost bars hold all that lies beyond."""
    errors = predicted - actual
    edges = bin_edges(errors)
    counts, _ = np.histogram(np.clip(errors, edges[0], edges[-1]), bins=edges)
    x, y = Scale(edges[0], edges[-1]), Scale(0, 1.08 * counts.max())
    gap = 0.12 * 100 / len(counts)
    marks = [
        box(
            x(low) + gap / 2,
            100 - y(number),
            100 / len(counts) - gap,
            y(number),
            "cell",
        )
        for low, number in zip(edges, counts, strict=False)
        if number
    ]
    zero = [line(x(0), 0, x(0), 100, "marker")] if edges[0] < 0 < edges[-1] else []
    titles = {"x_title": "Predicted minus actual", "y_title": "Rows"}
    return plot(
        x, y, *marks, *zero, label="Histogram of residuals", shape="square", **titles
    )


def bin_edges(errors: Numbers, bins: int = 24) -> list[float]:
    """Round edges, zero among them, around the middle 99 % of the errors."""
    low, high = (float(v) for v in np.quantile(errors, [0.005, 0.995]))
    if low == high:
        low, high = low - 0.5, high + 0.5
    step = nice_step((high - low) / bins)
    first, last = int(np.floor(low / step)), int(np.ceil(high / step))
    return [i * step for i in range(first, last + 1)]
