"""Strict JSON from a file: whatever is not plain, finite data is one clear error."""

import json
import math
import re
from functools import partial
from pathlib import Path
from typing import Any

from labwright.errors import TaskFileError

MAX_BYTES = 4 << 20  # a task is words and names; a larger file is something else
MAX_DEPTH = 32  # of objects and lists within each other

_SHALLOW = f"at most {MAX_DEPTH} objects or lists within each other"
_NOT_TEXT = re.compile("[\ud800-\udfff\0]")  # unpaired surrogates, NUL


def shown(value: Any, length: int = 80) -> str:
    """A value as JSON on one line, cut to `length` characters: for messages."""
    text = json.dumps(value, ensure_ascii=False)
    printable = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[:length])
    return printable + ("…" if len(text) > length else "")


def read_json_object(path: Path) -> dict[str, Any]:
    """The JSON object that `path` holds, exactly as written.

    Raises:
        TaskFileError: the file is absent or too large, is not one JSON object, or holds
            what JSON readers disagree about: duplicate keys, NaN, numbers without end,
            unpaired surrogates.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise TaskFileError(
            f"a task file at {path}",
            "no such file",
            "Make one from your data: labwright new DATA --target COLUMN",
            key=str(path),
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a path that cannot be opened"
        raise TaskFileError(
            f"a readable task file at {path}",
            reason.lower(),
            "Name a JSON file that you may read.",
            key=str(path),
        ) from None
    if len(data) > MAX_BYTES:
        raise TaskFileError(
            f"a task file of at most {MAX_BYTES >> 20} MiB",
            f"a larger one: {path}",
            "Name the task file, not the data; its data_sources name the data.",
            key=str(path),
        )
    value = parse_json(_decode(data, path), str(path))
    if not isinstance(value, dict):
        raise TaskFileError(
            "one JSON object, { … }",
            shown(value),
            'Start the file with { and name the data in it: {"data_sources": […]}',
            key=str(path),
        )
    return value


def parse_json(text: str, origin: str) -> Any:
    """The value of a JSON text; `origin` says in errors where the text stands.

    Raises:
        TaskFileError: as for `read_json_object`.
    """
    refuse = partial(_refused, origin)

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in items:
            if key in result:
                raise refuse(
                    "each key once in an object",
                    f"the key {shown(key)} twice",
                    "Keep the one that is meant.",
                )
            result[key] = value
        return result

    def constant(name: str) -> Any:
        raise refuse(
            "numbers with digits, as JSON has them",
            name,
            "Write a number, or null where there is none.",
        )

    def whole(digits: str) -> int:
        if len(digits) > 20 or abs(int(digits)) >= 2**63:
            raise refuse("whole numbers of at most 63 bits", digits[:24], "Shorten it.")
        return int(digits)

    def fraction(digits: str) -> float:
        if not math.isfinite(number := float(digits)):
            raise refuse("numbers below 1e308", digits[:24], "Write a smaller number.")
        return number

    try:
        value = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_constant=constant,
            parse_int=whole,
            parse_float=fraction,
        )
    except json.JSONDecodeError as error:
        raise refuse(
            "valid JSON",
            f"{error.msg!r} at line {error.lineno}, column {error.colno}",
            "Look at that place, and just before it: a comma, a quote or a bracket "
            "that is missing or left over.",
        ) from None
    except RecursionError:
        raise refuse(_SHALLOW, "more of them", "Write it flatter.") from None
    check_plain(value, origin)
    return value


def check_plain(value: Any, origin: str) -> None:
    """Refuse what no later stage could write down again.

    Raises:
        TaskFileError: unpaired surrogates, NUL characters, or nesting without end.
    """
    waiting: list[tuple[Any, int]] = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise _refused(origin, _SHALLOW, "more of them", "Write it flatter.")
        if isinstance(item, dict):
            waiting += [(part, depth + 1) for pair in item.items() for part in pair]
        elif isinstance(item, list):
            waiting += [(part, depth + 1) for part in item]
        elif isinstance(item, str) and (bad := _NOT_TEXT.search(item)):
            found = f"{bad[0]!a} in the text {item[:60]!a}"
            raise _refused(origin, "text of whole characters", found, "Remove it.")


def _refused(origin: str, expected: str, found: str, fix: str) -> TaskFileError:
    return TaskFileError(expected, f"{found} in {origin}", fix, key=origin)


def _decode(data: bytes, path: Path) -> str:
    """Text of a file in UTF-8 or, by its byte order mark or zeros, UTF-16 or UTF-32."""
    try:
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError as error:
        raise TaskFileError(
            "a file in UTF-8",
            f"a byte that is not at position {error.start} of {path}",
            "Save the file as UTF-8.",
            key=str(path),
        ) from None
