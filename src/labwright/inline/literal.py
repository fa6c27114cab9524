"""Plain Python data as source text, printed as `ruff format` prints it.

Text from a task or from data enters emitted code here and nowhere else, so a string is
written such that it cannot end its literal, hide characters or show itself in another
order than it is stored in.
"""

import math
import re
import unicodedata
from typing import Any

from labwright.plan.decisions import PartName

WIDTH = 88  # columns, ruff's default
INDENT = 4

_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

# Characters that show nothing, and those of which Unicode's versions disagree how many
# columns they take; both are escaped. tests/inline/test_literal.py compares all others to ruff.
_UNCLEAR = re.compile(
    "[\u034f\u09be\u09d7\u0b3e\u0b57\u0bbe\u0bd7\u0cc0\u0cc2\u0cc7\u0cc8\u0cca\u0ccb"
    "\u0cd5\u0cd6\u0d3e\u0d4e\u0d57\u0dcf\u0ddf\u115f-\u11ff\u1715\u1734\u17a4\u17b4"
    "\u17b5\u17d8\u180b-\u180f\u1b35\u1b3b\u1b3d\u1b43\u1b44\u1baa\u1bf2\u1bf3"
    "\u2630-\u2637\u268a-\u268f\u2800\u2d7f\u302e\u302f\u3164\u4dc0-\u4dff\ua8fa\ua953"
    "\ua9c0\ud7b0-\ud7ff\ufe00-\ufe0f\uff9e-\uffa0\U00010000-\U0001efff"
    "\U0001fbf0-\U0001ffff\U000e0000-\U0010ffff]"
)


def assignment(head: str, value: Any, comment: str = "") -> str:
    """The statement that gives `value` to a constant.

    Args:
        head: All before the value: `"NAME = "` or `"NAME: str | None = "`.
        value: str, int, float, bool, None, or list, tuple, dict of them.
        comment: The comment at the end of the line, `"# rows"`, or nothing.

    A negative number or an empty collection needs to fit on the line with its comment:
    around those ruff breaks an annotation instead. Recipes leave room for them.
    """
    tail = f"  {comment}" if comment else ""
    flat = literal(value)
    if width(head + flat + tail) <= WIDTH:
        return head + flat + tail
    if isinstance(value, list | tuple | dict) and value:
        return head + _exploded(value, 0) + tail
    inside = " " * INDENT + flat + tail
    # Parentheses where they make everything fit; and where ruff would break the
    # annotation without them.
    if width(inside) <= WIDTH or "[" in head or "|" in head:
        return f"{head}(\n{inside}\n)"
    return head + flat + tail


def literal(value: Any) -> str:
    """`value` on one line.

    A value of any other type than those of `assignment`, a NumPy scalar, NaN or an
    infinite number, is a mistake of the plan.
    """
    kind = type(value)
    if kind is str:
        return _string(value)
    if kind is PartName:
        assert value.isidentifier(), f"{value!r} is no name"
        return str(value)
    if kind is list:
        return f"[{', '.join(map(literal, value))}]"
    if kind is dict:
        pairs = (f"{literal(key)}: {literal(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if kind is tuple:
        items = ", ".join(map(literal, value))
        return f"({items},)" if len(value) == 1 else f"({items})"
    if kind is float:
        assert math.isfinite(value), f"{value} is no value for a constant"
        return repr(value).replace("e+", "e")
    assert value is None or kind in (bool, int), f"{kind} is no plain data: {value!r}"
    return repr(value)


def width(text: str) -> int:
    """Columns that one line of text takes on a screen."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0  # drawn over the character before it
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _exploded(value: list[Any] | tuple[Any, ...] | dict[Any, Any], indent: int) -> str:
    """A collection with one item a line."""
    brackets = {list: ("[", "]"), tuple: ("(", ")"), dict: ("{", "}")}
    opening, closing = brackets[type(value)]
    items = (
        [(f"{literal(key)}: ", item) for key, item in value.items()]
        if isinstance(value, dict)
        else [("", item) for item in value]
    )
    margin = " " * (indent + INDENT)
    lines = [
        f"{margin}{key}{_item(item, indent + INDENT, margin + key)},"
        for key, item in items
    ]
    return "\n".join([opening, *lines, " " * indent + closing])


def _item(value: Any, indent: int, before: str) -> str:
    """An item of an exploded collection; `before` is what stands before it on its line."""
    flat = literal(value)
    collection = isinstance(value, list | tuple | dict) and value
    if collection and width(f"{before}{flat},") > WIDTH:
        return _exploded(value, indent)
    return flat


def _string(text: str) -> str:
    """In double quotes, unless single ones need fewer backslashes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escapes = _ESCAPES | {quote: f"\\{quote}"}
    return quote + "".join(escapes.get(c) or _character(c) for c in text) + quote


def _character(character: str) -> str:
    """The character itself if it can be seen for what it is, else its escape."""
    if character.isascii() and character.isprintable():
        return character
    if character.isprintable() and not _UNCLEAR.match(character):
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
