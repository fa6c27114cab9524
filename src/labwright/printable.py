"""Text that others wrote, as it may be printed: in a terminal, in an error, on a page.

This is the one place that says which characters are not printed as they are.
"""

import re

# Control characters, which terminals obey; marks that reverse the direction of what
# follows, or cannot be seen; halves of characters. Joiners (U+200C, U+200D) are spelling.
UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """Text on one line, with what must not be printed spelled out.

    >>> printable("a\\tb\\x1b[31m")
    'a b\\\\x1b[31m'
    """
    return UNPRINTABLE.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    return " " if found[0].isspace() else ascii(found[0])[1:-1]


def shortened(text: str, length: int) -> str:
    """Text of at most `length` characters; what is left out is its middle."""
    if len(text) <= length:
        return text
    end = (length - 3) // 2
    start = length - 3 - end
    return f"{text[:start]} \N{HORIZONTAL ELLIPSIS} {text[-end:]}"
