"""Text that others wrote, as Markdown that shows it and does nothing else.

Text of a task or of data is never trusted to be plain: it can hold a table's bars, HTML,
links or backticks. What reads like an address is shown as code, since Markdown links it
by itself; all else has its punctuation escaped.
"""

import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"`([^`]+)`")  # how reasons quote names
_ADDRESS = re.compile("://|www\\.|@|mailto:|xmpp:", re.IGNORECASE)  # within a word
_SPECIAL = re.compile(r"[\\`*\[\]<>|#~&!${}]|(?<![^\W_])_|_(?![^\W_])|:(?=\w+:)")


def prose(text: str) -> str:
    """`text` as one line; its `names` in backticks, and addresses, as code."""
    pieces = _CODE.split(one_line(text))
    return "".join(
        code(piece) if i % 2 else _plain(piece) for i, piece in enumerate(pieces)
    )


def code(text: str) -> str:
    """`text` as code, in a table's cell too."""
    text = one_line(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    if not text.strip() or text[0] in "` " or text[-1] in "` ":
        text = f" {text} "
    return fence + text.replace("|", "\\|") + fence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells that are Markdown already."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def one_line(text: str) -> str:
    """White space collapsed; what cannot be seen is shown as a replacement mark."""
    shown = re.sub(r"\s+", " ", text)
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)


def _plain(text: str) -> str:
    words = text.split(" ")  # the only blank that is left
    return " ".join(code(w) if _ADDRESS.search(w) else _escaped(w) for w in words)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)
