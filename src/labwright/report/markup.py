"""Building the page's elements. Text is escaped by the serializer, so it can never be markup."""

from xml.etree.ElementTree import Element, tostring

from labwright.printable import printable

Node = Element


def node(
    tag: str, *children: Node | str | None, **attributes: str | float | None
) -> Node:
    """An element with its children in order; None is left out.

    Attributes are written as Python names: `class_`, `stroke_width`. Numbers are rounded to
    two decimals, enough for a percentage of a plot.

    >>> render(node("p", "1 < 2 ", node("b", "&"), class_="note"))
    '<p class="note">1 &lt; 2 <b>&amp;</b></p>'
    """
    element = Element(tag)
    for name, value in attributes.items():
        if value is not None:
            element.set(name.rstrip("_").replace("_", "-"), _text(value))
    for child in children:
        if isinstance(child, str):
            _append_text(element, printable(child))
        elif child is not None:
            element.append(child)
    return element


def render(element: Node) -> str:
    """The element as HTML."""
    return tostring(element, encoding="unicode", method="html")


def _text(value: str | float) -> str:
    return printable(value) if isinstance(value, str) else f"{round(value, 2):g}"


def _append_text(element: Node, text: str) -> None:
    """Text after the last child, or at the start where there is none yet."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
