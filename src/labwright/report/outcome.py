"""The top of the page: what the run came to, in a sentence and in one large figure."""

from typing import Any

from labwright.report.markup import Node, node
from labwright.report.read import RunFiles
from labwright.report.svg import dot, line, scale_of, track
from labwright.report.words import (
    count,
    duration,
    ends,
    figure,
    finding,
    headline,
    interval,
    listing,
    metric_name,
)


def outcome(files: RunFiles) -> Node:
    """Headline, finding and the figures that matter most."""
    results = files.results
    task = results["task"]
    about = (
        f"{task['task_type']} of {listing(task['targets'])}" if task["targets"] else ""
    )
    over = [task["name"], about, f"run {results['run']}"]
    status, verdict = results["status"], results.get("verdict")
    mood = verdict["word"] if status == "completed" and verdict else status
    return node(
        "header",
        node("p", *_separated(over), class_="over"),
        node("h1", headline(results)),
        *_lead(files),
        _figures(files),
        class_=f"outcome {mood}",
    )


def _separated(parts: list[str]) -> list[Node]:
    return [node("span", part) for part in parts if part]


def _lead(files: RunFiles) -> list[Node]:
    """What happened, in sentences; after a failure, what to do."""
    results = files.results
    status, failure = results["status"], results.get("failure")
    if failure:
        return [
            node(
                "p",
                f"In {failure['stage']}: ",
                node("code", failure["error"]),
                class_="lead",
            ),
            node("p", node("b", "What to do. "), failure["what_to_do"], class_="todo"),
        ]
    if status == "running":
        text = "Its figures are not final, or it was stopped before it could say so."
    elif results.get("verdict"):
        text = finding(results)
    else:
        text = "Only validation was looked at, and the kept epoch was chosen by it: read its figure as hopeful."
    return [node("p", text, class_="lead")]


def _figures(files: RunFiles) -> Node | None:
    """The metric, large, and beside it what it is to be seen with."""
    results = files.results
    metric, training = results.get("metric"), results.get("training")
    cards = []
    if metric:
        cards += _metric_cards(results, metric)
    if training:
        epochs = count(training["epochs"], "epoch")
        cards.append(
            _card(
                "Trained",
                duration(results["seconds"]),
                f"{epochs}, {training['stopped']}",
            )
        )
    return node("div", *cards, class_="cards") if cards else None


def _metric_cards(results: dict[str, Any], metric: dict[str, Any]) -> list[Node]:
    name = metric_name(metric["name"])
    better = "higher is better" if metric["higher_is_better"] else "lower is better"
    if metric.get("test") is None:
        return [
            _card(f"{name} on validation", figure(metric["val"]), better, class_="main")
        ]
    span = interval(metric["interval"])
    written = f"95\N{NO-BREAK SPACE}% interval {span}, {better}"
    cards = [
        _card(
            f"{name} on the test part",
            figure(metric["test"]),
            written,
            _strip(metric["test"], ends(metric["interval"])),
            class_="main",
        )
    ]
    rival = (results.get("verdict") or {}).get("baseline")
    if rival:
        cards.append(
            _card("Best baseline", figure(results["baselines"][rival]["test"]), rival)
        )
    rows = results["split"]["rows"] if results.get("split") else None
    note = f"on {rows['val']:,} rows, chosen by it" if rows else ""
    return [*cards, _card("Validation", figure(metric["val"]), note)]


def _strip(value: float, span: tuple[float, float] | None) -> Node | None:
    """The figure on its interval."""
    if span is None:
        return None
    scale = scale_of([*span, value], pad=0.25)
    low, middle, high = (scale(v) for v in (span[0], value, span[1]))
    whisker = line(low, 50, high, 50, "whisker model")
    return track(whisker, dot(middle, 50, "dot model", radius=6))


def _card(
    name: str, value: str, note: str, *drawn: Node | None, class_: str = ""
) -> Node:
    return node(
        "div",
        node("span", name, class_="label"),
        node("span", value, class_="figure"),
        *drawn,
        node("span", note, class_="note"),
        class_=f"card {class_}".strip(),
    )
