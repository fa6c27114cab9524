"""Texts that a model was most surely wrong about, and how well it reads by length."""

from typing import Any

from labwright.report.markup import Node, node
from labwright.report.read import RunFiles
from labwright.report.rows import Row, bars
from labwright.report.sections import section
from labwright.report.words import count, figure


def texts(files: RunFiles) -> Node | None:
    """The texts of examples.json, shortened, and the lengths of all."""
    found = files.examples.get("texts")
    lengths = files.examples.get("lengths")
    if found is None or not lengths:
        return None
    lead = (
        f"{count(len(found), 'text')} farthest from the truth, shortened. This page "
        "quotes them: mind what they say before you share it."
        if found
        else "Not one text was mistaken."
    )
    return section("Texts that were mistaken", lead, _table(found), _by_length(lengths))


def _table(found: list[dict[str, Any]]) -> Node | None:
    if not found:
        return None
    heads = [node("th", name, scope="col") for name in ("Text", "Actual", "Taken for")]
    lines = [
        node(
            "tr",
            node("td", each["text"] or "(empty)", class_="quoted"),
            node("td", each["truth"]),
            node("td", each["prediction"] + _sure(each)),
        )
        for each in found
    ]
    return node(
        "table",
        node("thead", node("tr", *heads)),
        node("tbody", *lines),
        class_="figures texts",
    )


def _sure(each: dict[str, Any]) -> str:
    sure = each.get("probability")
    return "" if sure is None else f" ({100 * sure:.0f}\N{NO-BREAK SPACE}%)"


def _by_length(lengths: list[dict[str, Any]]) -> Node:
    """A bar for each group of texts of similar length."""
    key, axis = "right", "Share read right"
    if key not in lengths[0]:
        key, axis = "distance", "Mean error, in standard deviations of the truth"
    rows = [
        Row(
            f"{group['from']:,} to {group['to']:,} steps",
            group[key],
            figure(group[key]),
            kind="model",
            note=count(group["rows"], "text"),
        )
        for group in lengths
    ]
    return bars(rows, axis=axis)
