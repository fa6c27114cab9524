"""Charts of named rows: dots with whiskers, and bars. The page lays the rows out as a grid."""

from collections.abc import Sequence
from dataclasses import dataclass

from labwright.report.markup import Node, node
from labwright.report.svg import (
    Scale,
    box,
    dot,
    line,
    scale_of,
    text,
    tick_labels,
    track,
)


@dataclass(frozen=True)
class Row:
    """One row of a chart: its name, its value, how that is written, and its interval."""

    name: str
    value: float
    written: str
    interval: Sequence[float] | None = None
    kind: str = "baseline"  # the class of its mark: "model" or "baseline"
    note: str = ""


def dots(rows: Sequence[Row], *, axis: str, marker: float | None = None) -> Node:
    """Dots with whiskers over one axis; `marker` draws a line through all rows.

    Guide lines of the best value make it plain which intervals reach it.
    """
    ends = [end for row in rows for end in (row.interval or (row.value,))]
    known = (
        [row.value for row in rows] + ends + ([marker] if marker is not None else [])
    )
    scale = scale_of(known, pad=0.06)
    ticks = scale.ticks(4)
    lines = [line(scale(tick), 0, scale(tick), 100, "grid") for tick in ticks]
    if marker is not None:
        lines.append(line(scale(marker), 0, scale(marker), 100, "marker"))
    drawn = [
        _row(row, track(*lines, *_whisker(row, scale), label=_label(row)))
        for row in rows
    ]
    return node("div", *drawn, _axis(scale, ticks, axis), class_="rows dots")


def bars(rows: Sequence[Row], *, axis: str) -> Node:
    """Bars from zero, to the right or, where negative, to the left."""
    values = [row.value for row in rows]
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0
    scale = Scale(low - 0.02 * span * (low < 0), high + 0.02 * span)
    ticks = scale.ticks(4)
    lines = [line(scale(tick), 0, scale(tick), 100, "grid") for tick in ticks]
    drawn = []
    for row in rows:
        start, end = sorted((scale(0), scale(row.value)))
        bar = box(start, 22, max(end - start, 0.15), 56, f"bar {row.kind}")
        zero = line(scale(0), 0, scale(0), 100, "axis")
        drawn.append(_row(row, track(*lines, bar, zero, label=_label(row))))
    return node("div", *drawn, _axis(scale, ticks, axis), class_="rows bars")


def _whisker(row: Row, scale: Scale) -> list[Node]:
    middle = dot(scale(row.value), 50, f"dot {row.kind}", radius=4.5)
    if row.interval is None:
        return [middle]
    low, high = (scale(end) for end in row.interval)
    return [line(low, 50, high, 50, f"whisker {row.kind}"), middle]


def _row(row: Row, drawn: Node) -> Node:
    note = node("small", row.note) if row.note else None
    name = node("span", row.name, note, class_="name")
    written = node("span", row.written, class_="value")
    return node("div", name, drawn, written, class_=f"row {row.kind}")


def _axis(scale: Scale, ticks: Sequence[float], title: str) -> Node:
    labels = [
        text(scale(tick), 0, name, "tick middle", dy=14)
        for tick, name in zip(ticks, tick_labels(ticks), strict=True)
    ]
    named = node("span", title, class_="axis-title")
    return node(
        "div",
        node("span", class_="name"),
        node("div", track(*labels), named),
        class_="row foot",
    )


def _label(row: Row) -> str:
    return f"{row.name}: {row.written}"
