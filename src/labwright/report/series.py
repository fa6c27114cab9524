"""Curves of whole series: the mean of each class, and those that were mistaken most."""

import math
from collections.abc import Sequence
from typing import Any

from labwright.report.markup import Node, node
from labwright.report.read import RunFiles
from labwright.report.sections import drawing, section
from labwright.report.svg import Point, Scale, curve, plot, scale_of
from labwright.report.words import count, figure

LEAST_SURE = 4  # that are shown where nothing was mistaken


def series(files: RunFiles) -> Node | None:
    """What examples.json has of the series."""
    found = files.examples
    if not found.get("groups"):
        return None
    several = found["channels"] > 1
    lead = (
        "The mean of a group, with that of all in grey. Time is the share of a series' "
        "own length."
    )
    if several:
        lead += (
            f" Of {found['channels']} channels this is \N{LEFT DOUBLE QUOTATION MARK}"
            f"{found['channel']}\N{RIGHT DOUBLE QUOTATION MARK}, in which the groups differ most."
        )
    y = _scale([found["all"], *(group["mean"] for group in found["groups"])])
    means = [
        drawing(
            _curves(group["mean"], found["all"], y, f"Mean of {group['name']}"),
            f"{group['name']} ({count(group['rows'], 'series', 'series')})",
        )
        for group in found["groups"]
    ]
    return section("Mean series", lead, *_pairs(means), *_mistaken(found))


def _mistaken(found: dict[str, Any]) -> list[Node]:
    """Single series in front of the mean of their own class."""
    wrong = [one for one in found["series"] if one.get("right") is False]
    shown = wrong or found["series"][:LEAST_SURE]
    if not shown:
        return []
    if wrong:
        title = f"Taken for something else ({len(wrong)}), the surest first"
    elif shown[0].get("right"):
        title = "None of these was mistaken; the least sure"
    else:
        title = "Farthest off"
    means = {group["name"]: group["mean"] for group in found["groups"]}
    pairs = [(one["curve"], means.get(one["truth"], found["all"])) for one in shown]
    y = _scale([each for pair in pairs for each in pair])
    drawn = [
        drawing(_curves(*pair, y, _said(one)), _said(one))
        for one, pair in zip(shown, pairs, strict=True)
    ]
    lead = f"{title}: the series, with the mean of what it truly is in grey."
    return [node("p", lead), *_pairs(drawn)]


def _said(one: dict[str, Any]) -> str:
    sure = f" {figure(one['probability'])}" if "probability" in one else ""
    verb = (
        "as predicted"
        if one.get("right")
        else f"predicted {one['prediction'] or 'none'}"
    )
    return f"{one['truth'] or 'none'}, {verb}{sure} (row {one['row']:,}, {one['steps']:,} steps)"


def _pairs(drawn: Sequence[Node]) -> list[Node]:
    return [
        node("div", *drawn[i : i + 2], class_="pair") for i in range(0, len(drawn), 2)
    ]


def _scale(curves: Sequence[Sequence[float | None]]) -> Scale:
    known = [value for values in curves for value in values if _is_number(value)]
    return scale_of([float(value or 0) for value in known] or [0.0])


def _curves(
    own: Sequence[float | None], other: Sequence[float | None], y: Scale, label: str
) -> Node:
    """A curve in front of another, over the share of time."""
    x = Scale(0, 100)
    drawn = [
        curve(points, f"curve {kind}")
        for kind, points in (("train", _points(other, y)), ("val", _points(own, y)))
        if len(points) > 1
    ]
    return plot(
        x, y, *drawn, label=label, x_title="% of the time", y_title="", shape="square"
    )


def _points(values: Sequence[float | None], y: Scale) -> list[Point]:
    """In percent; what is absent is passed over, what lies outside ends at the edge."""
    last = max(1, len(values) - 1)
    return [
        (100 * i / last, min(100.0, max(0.0, 100 - y(value))))
        for i, value in enumerate(values)
        if value is not None and math.isfinite(value)
    ]


def _is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)
