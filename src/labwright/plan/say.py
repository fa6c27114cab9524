"""How figures, names and lines of the task file stand in reasons and errors."""

import json
from collections.abc import Sequence
from typing import Any

SHOWN = 6  # names in a sentence, the rest is counted


def count(n: int, thing: str, things: str | None = None) -> str:
    """A number with its noun: "1 row", "12,345 rows"."""
    return f"{n:,} {thing if n == 1 else things or thing + 's'}"


def percent(share: float) -> str:
    """A share of 0 to 1 with two or three figures: "12.3 %", "0.04 %"."""
    return f"{100 * share:.3g} %"


def names(columns: Sequence[str], shown: int = SHOWN) -> str:
    """Names in a sentence: "`a`, `b` and 3 more"."""
    quoted = [f"`{name}`" for name in columns]
    if len(quoted) > shown:
        return f"{', '.join(quoted[:shown])} and {len(quoted) - shown:,} more"
    return " and ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))


def line(key: str, value: Any) -> str:
    """A line of the task file: '"target": "species"'."""
    return f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
