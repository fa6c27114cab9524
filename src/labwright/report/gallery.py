"""Pictures of single rows, each with what it is and what it was taken for."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from labwright.report.markup import Node, node
from labwright.report.words import count, figure

PNG = b"\x89PNG\r\n\x1a\n"
LEAST_SURE = 6  # that are shown where nothing was mistaken


@dataclass(frozen=True)
class Picture:
    """A PNG in base64 and what stands below it."""

    png: str
    truth: str
    prediction: str
    probability: float | None = None
    right: bool | None = None  # None for numbers, which are neither
    note: str = ""


def worst(
    found: list[dict[str, Any]], what: str
) -> tuple[str, str, list[dict[str, Any]]]:
    """A title, a sentence, and those that were mistaken, or else the least sure.

    Args:
        found: The farthest from their truth, the farthest first.
        what: "image" or "sound".
    """
    wrong = [each for each in found if each.get("right") is False]
    names = f"{what.capitalize()}s"
    if wrong:
        lead = f"{count(len(wrong), what)} taken for something else, the surest first."
        return f"{names} that were mistaken", lead, wrong
    shown = found[:LEAST_SURE]
    if found[0].get("right"):
        lead = "None was taken for something else; these came nearest to it."
        return f"{names} that were least sure", lead, shown
    return f"{names} farthest off", "Those whose prediction lies farthest off.", shown


def gallery(pictures: Sequence[Picture], kind: str) -> Node:
    """The pictures side by side; `kind` is a class of their frame."""
    return node("div", *map(_picture, pictures), class_=f"gallery {kind}")


def _picture(picture: Picture) -> Node:
    truth, guess = picture.truth or "none", picture.prediction or "none"
    sure = "" if picture.probability is None else f" {figure(picture.probability)}"
    said: list[Node | str]
    if picture.right:
        said = [node("b", truth), f", as predicted{sure}"]
    else:
        taken = "predicted" if picture.right is None else "taken for"
        said = [node("b", truth), f", {taken} ", node("b", guess), sure]
    note = node("small", picture.note) if picture.note else None
    drawn = node("img", src=_address(picture.png), alt=f"{truth}, predicted {guess}")
    return node("figure", drawn, node("figcaption", *said, note))


def _address(png: str) -> str:
    """The picture as an address that loads nothing; empty where it is no PNG."""
    try:
        content = base64.b64decode(png, validate=True)
    except (binascii.Error, ValueError):
        return "data:,"
    if not content.startswith(PNG):
        return "data:,"
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"
