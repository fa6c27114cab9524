"""Plots: scales, ticks, axes and marks.

Every coordinate is a percentage of the plot, so the style sheet alone decides how wide and
how high it is, and text and strokes keep their size on a phone and on a large screen.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from labwright.report.markup import Node, node

Point = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` as 0 to 100 percent, linear or logarithmic.

    On a scale of `whole` numbers no tick stands between two of them.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False

    def __call__(self, value: float) -> float:
        """Position of a value in percent."""
        if self.log:
            low, high, value = (math.log(v) for v in (self.low, self.high, value))
        else:
            low, high = self.low, self.high
        return 100 * (value - low) / (high - low)

    def ticks(self, count: int = 5) -> list[float]:
        """Round values on the scale, about `count` of them."""
        if self.log:
            return log_ticks(self.low, self.high, count)
        step = nice_step((self.high - self.low) / count)
        if self.whole and step % 1:
            step = math.ceil(step)
        first, last = (
            math.ceil(self.low / step - 1e-9),
            math.floor(self.high / step + 1e-9),
        )
        return [i * step for i in range(first, last + 1)]


def nice_step(rough: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `rough`."""
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(
        m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * (1 - 1e-9)
    )


def log_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Powers of ten, with their halves and fifths where the scale spans few of them."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for multiples in ((1, 2, 5), (1, 3), (1,)):
        ticks = [m * 10.0**e for e in exponents for m in multiples]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) <= count + 1:
            return inside
    return inside[:: math.ceil(len(inside) / count)]


def scale_of(values: Iterable[float], *, pad: float = 0.04, log: bool = False) -> Scale:
    """A scale that shows all of the values, with a margin as a share of their range."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite), max(finite)
    if log:
        margin = (high / low) ** pad if high > low else 2.0
        return Scale(low / margin, high * margin, log=True)
    margin = (high - low) * pad or abs(high) * 0.1 or 1.0
    return Scale(low - margin, high + margin)


def tick_labels(ticks: Sequence[float]) -> list[str]:
    """Labels of equal precision, with k, M or G for large numbers.

    >>> tick_labels([0, 0.05, 0.1]), tick_labels([0, 20_000]), tick_labels([100, 1_000, 10_000])
    (['0.00', '0.05', '0.10'], ['0', '20k'], ['100', '1k', '10k'])
    """
    largest = max(map(abs, ticks), default=0.0)
    steps = [high - low for low, high in pairwise(ticks)]
    even = steps and max(steps) < 1.001 * min(steps)
    if largest >= 1e4 or not even or largest < 1e-4:
        return [_short(tick) for tick in ticks]
    places = next(p for p in range(12) if abs(round(steps[0], p) - steps[0]) < 1e-6)
    return [_minus(f"{tick:,.{places}f}") for tick in ticks]


def _short(value: float) -> str:
    """A number alone: 20k, 1.5M, 0.003, 1e-05."""
    for size, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return _minus(f"{value / size:.6g}{suffix}")
    return _minus(f"{round(value, 12):.6g}")


def _minus(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")


# ---- marks ---------------------------------------------------------------------------


def percent(value: float) -> str:
    """A coordinate."""
    return f"{round(value, 2):g}%"


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Node:
    """A straight line between two points in percent."""
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    return node("line", class_=class_, **{k: percent(v) for k, v in ends.items()})


def dot(x: float, y: float, class_: str, radius: float = 4) -> Node:
    """A circle around a point in percent; the radius is in pixels."""
    return node("circle", class_=class_, cx=percent(x), cy=percent(y), r=radius)


def box(
    x: float, y: float, width: float, height: float, class_: str, *, strength: float = 1
) -> Node:
    """A rectangle in percent; `strength` from 0 to 1 is its opacity."""
    corners = {"x": x, "y": y, "width": width, "height": height}
    attributes = {k: percent(v) for k, v in corners.items()}
    return node(
        "rect",
        class_=class_,
        fill_opacity=None if strength == 1 else strength,
        **attributes,
    )


def text(
    x: float, y: float, content: str, class_: str, *, dx: float = 0, dy: float = 0
) -> Node:
    """Text at a point in percent, moved by pixels."""
    return node(
        "text",
        content,
        class_=class_,
        x=percent(x),
        y=percent(y),
        dx=dx or None,
        dy=dy or None,
    )


def curve(points: Sequence[Point], class_: str) -> Node:
    """A line through points in percent: stretched with the plot, its stroke is not."""
    path = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    drawn = node(
        "polyline", points=path, class_=class_, vector_effect="non-scaling-stroke"
    )
    return node("svg", drawn, viewBox="0 0 100 100", preserveAspectRatio="none")


# ---- plots ---------------------------------------------------------------------------


def plot(
    x: Scale,
    y: Scale,
    *marks: Node,
    label: str,
    x_title: str,
    y_title: str,
    shape: str = "wide",
) -> Node:
    """Marks in front of a grid with labelled axes; `label` is read out by screen readers."""
    ticks, rows = x.ticks(5), y.ticks(5)
    grid = [line(0, 100 - y(tick), 100, 100 - y(tick), "grid") for tick in rows]
    names = [
        text(0, 100 - y(tick), name, "tick end", dx=-8, dy=4)
        for tick, name in zip(rows, tick_labels(rows), strict=True)
    ]
    names += [
        text(x(tick), 100, name, "tick middle", dy=18)
        for tick, name in zip(ticks, tick_labels(ticks), strict=True)
    ]
    feet = [line(x(tick), 100, x(tick), 101.5, "axis") for tick in ticks]
    titles = [
        text(0, 0, y_title, "title", dx=-44, dy=-14),
        text(50, 100, x_title, "title middle", dy=38),
    ]
    children = [*grid, line(0, 100, 100, 100, "axis"), *feet, *marks, *names, *titles]
    return node("svg", *children, class_=f"plot {shape}", role="img", aria_label=label)


def track(*marks: Node, label: str | None = None) -> Node:
    """One row of a chart whose rows are laid out by the page: a strip as wide as there is room."""
    hidden = None if label else "true"
    return node(
        "svg",
        *marks,
        class_="track",
        role="img" if label else None,
        aria_label=label,
        aria_hidden=hidden,
    )
