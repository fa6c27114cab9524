"""What servers send in the place of a file, told by its content: errors and pointers."""

import json
import re

from labwright.errors import ReadError

LONGEST = 4096  # bytes; a message is shorter than data
LFS = b"version https://git-lfs.github.com/spec/"
# Keys of the objects that web interfaces answer with where they refuse.
ERROR_KEYS = {"error", "errors", "message", "detail", "error_description", "fault"}
# A line such as "404: Not Found", "Error: …", "Access denied".
ERROR_LINE = re.compile(
    r"([45]\d\d\b.{0,3}(error|not|bad|forbidden|unauthori[sz]ed|too many|service"
    r"|internal|gateway)|(http )?error\b|(file |page )?not found\b"
    r"|(access|permission) (is )?denied|forbidden\b|unauthori[sz]ed\b"
    r"|rate limit|too many requests|service unavailable|internal server error)",
    re.IGNORECASE,
)


def refuse_message(name: str, content: bytes) -> None:
    """Raise ReadError for a file that holds a server's words instead of data.

    Args:
        name: Of the file, for the error.
        content: All of it, or its first bytes where it is longer than LONGEST.
    """
    if content.startswith(LFS):
        raise ReadError(
            f"data in {name}",
            "a pointer of Git LFS, which only says where the file is",
            "Fetch the file itself, by `git lfs pull` or from its download address.",
            key=name,
        )
    if len(content) <= LONGEST and (words := message_in(content)):
        raise ReadError(
            f"data in {name}",
            f"an error message: {words!r}",
            "Look at the address in a browser: the file may have moved or need a login.",
            key=name,
        )


def message_in(content: bytes) -> str | None:
    """The message that a short text is; None where it may be data."""
    text = content.decode("utf-8", "replace").strip()
    if text.startswith("<?xml") and "<Error" in text:  # as object storages answer
        return " ".join(re.findall(r">([^<>]+)<", text))[:200] or "<Error>"
    if text.startswith("{"):
        try:
            told = json.loads(text)
        except ValueError:
            return None
        plain = all(not isinstance(value, list) for value in told.values())
        return text[:200] if plain and ERROR_KEYS & {*told} else None
    lines = text.splitlines()
    is_one = len(lines) == 1 and "," not in text and "\t" not in text
    return text[:200] if is_one and ERROR_LINE.match(text) else None
