"""Forecasts beside what came: some of them with their history, and the error by step."""

from collections.abc import Iterator, Sequence
from typing import Any

from labwright.report.markup import Node, node
from labwright.report.read import RunFiles
from labwright.report.sections import drawing, section
from labwright.report.svg import Point, Scale, curve, dot, line, plot, scale_of
from labwright.report.words import count

Numbers = Sequence[float | None]

LINES = (("train", "seasonal naive"), ("truth", "truth"), ("model", "forecast"))
KEYS = tuple((class_, name) for class_, name in LINES)


def forecasts(files: RunFiles) -> Node | None:
    """The forecasts of examples.json, and the mean absolute error of each step ahead."""
    shown = files.examples.get("forecasts")
    if not shown:
        return None
    errors = files.examples["errors"]
    steps = count(len(shown[0]["prediction"]), "step")
    lead = (
        f"Each begins at the dashed line and goes {steps} ahead, from near and far "
        "misses for the size of its series. Nothing right of the line was known but "
        "the calendar and what is known in advance. Last: how the error grows with the "
        "steps ahead."
    )
    drawn = [
        drawing(_forecast(each, files.examples), _title(each), *KEYS) for each in shown
    ]
    pairs = [
        node("div", *drawn[i : i + 2], class_="pair") for i in range(0, len(drawn), 2)
    ]
    growth = drawing(
        _growth(errors),
        "Mean absolute error by step ahead",
        ("train", "seasonal naive"),
        ("model", "this model"),
    )
    return section("Forecasts", lead, *pairs, growth)


def _title(each: dict[str, Any]) -> str:
    series = f"{each['series']}, " if each["series"] else ""
    return f"{series}from {str(each['from']).removesuffix(' 00:00:00')}"


def _forecast(each: dict[str, Any], found: dict[str, Any]) -> Node:
    """History, truth, forecast and seasonal naive over the steps."""
    history, ahead = each["history"], each["prediction"]
    values = [*history, *each["truth"], *ahead, *each["seasonal naive"]]
    y = scale_of([value for value in values if value is not None])
    x = Scale(-len(history), max(1, len(ahead)), whole=True)
    marks = [line(x(0.5), 0, x(0.5), 100, "marker")]
    marks += _curves(each["seasonal naive"], 1, "train", x, y)
    marks += _curves([*history, *each["truth"]], 1 - len(history), "truth", x, y)
    marks += _curves(ahead, 1, "model", x, y)
    label = f"Forecast of {found['target']} {_title(each)}"
    return plot(x, y, *marks, label=label, x_title="Steps ahead", y_title="")


def _growth(errors: dict[str, Numbers]) -> Node:
    """The error of the model and of the seasonal naive forecast at each step."""
    lines = {"train": errors["seasonal naive"], "model": errors["model"]}
    known = [value for each in lines.values() for value in each if value is not None]
    y = scale_of([0.0, *known])
    x = Scale(0, len(errors["model"]) + 1, whole=True)
    marks = [
        mark
        for class_, values in lines.items()
        for mark in _curves(values, 1, class_, x, y)
    ]
    label = "Mean absolute error by step ahead"
    return plot(x, y, *marks, label=label, x_title="Steps ahead", y_title="")


def _curves(values: Numbers, start: int, class_: str, x: Scale, y: Scale) -> list[Node]:
    """A line through values that follow each other; a value alone is a dot."""
    return [
        curve(points, f"curve {class_}")
        if len(points) > 1
        else dot(*points[0], f"dot {class_}", radius=3)
        for points in _runs(values, start, x, y)
    ]


def _runs(values: Numbers, start: int, x: Scale, y: Scale) -> Iterator[list[Point]]:
    """Points in percent of each stretch without a gap."""
    points: list[Point] = []
    for step, value in enumerate(values, start):
        if value is not None:
            points.append((x(step), 100 - y(value)))
        elif points:
            yield points
            points = []
    if points:
        yield points
