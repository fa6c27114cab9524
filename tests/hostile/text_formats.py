"""Tables as text: CSV as all kinds of programs write it, JSON, ARFF, series, tags."""

import json
import random
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from tests.hostile.grids import Grid
from tests.hostile.texts import NUMBERS, WORDS


def as_csv(grid: Grid, chance: random.Random) -> bytes:
    """CSV as all kinds of programs write it, and as none should."""
    separator = chance.choice([",", ",", ",", ";", "\t", "|", " "])
    end = chance.choice(["\n", "\n", "\r\n", "\r"])

    def quoted(value: Any) -> str:
        text = "" if value is None else str(value)
        if chance.random() < 0.02:
            return text  # a separator or line end in it is one
        odd = any(mark in text for mark in (separator, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if odd else text

    lines = [separator.join(map(quoted, row)) for row in [grid.names, *grid.rows]]
    flaw = chance.randrange(14)
    if flaw == 0 and len(lines) > 2:  # ragged
        i = chance.randrange(len(lines))
        lines[i] += separator * chance.randrange(1, 4) + "1"
    elif flaw == 1 and len(lines) > 2:
        i = chance.randrange(len(lines))
        lines[i] = lines[i].rpartition(separator)[0]
    elif flaw == 2:
        lines.insert(len(lines) // 2, lines[0])  # the header again
    elif flaw == 3:
        lines = lines[1:]  # no header
    elif flaw == 4:
        lines[:0] = ["# about", "", "Source: somewhere"]
    elif flaw == 5:
        lines.append('"never closed')
    elif flaw == 6:
        lines.insert(0, f"sep={separator}")
    elif flaw == 7:
        lines = [line for one in lines for line in (one, "")]
    text = end.join(lines) + end * chance.randrange(2)
    if chance.random() < 0.05:  # mixed line ends
        text = "".join(
            chance.choice(["\n", "\r\n", "\r"]) if c == "\n" else c for c in text
        )
    encoding = chance.choice(
        ["utf-8"] * 6
        + ["utf-8-sig", "utf-16", "utf-16-be", "cp1252", "latin-1", "utf-7", "utf-32"]
    )
    content = text.encode(encoding, errors="replace")
    if chance.random() < 0.03:
        content += b"\xff\xfe\x80" + b"\0" * chance.randrange(200)
    return content


def plain(value: Any) -> Any:
    """What JSON can say."""
    if isinstance(value, bytes | Decimal | time | timedelta | date):
        return str(value)
    return value


def as_json(grid: Grid, chance: random.Random) -> bytes:
    """JSON: records, columns, or something around them; constants as Python has them."""
    records: Any = [
        dict(zip(grid.names, map(plain, row), strict=True)) for row in grid.rows
    ]
    shape = chance.randrange(8)
    columns = {
        n: [plain(v) for v in c] for n, c in zip(grid.names, grid.columns, strict=True)
    }
    if shape == 1:
        records = {"meta": {"x": 1}, "data": {"rows": records}}
    elif shape == 2:
        records = columns
    elif shape == 3:
        records = {
            "columns": grid.names,
            "data": [list(map(plain, r)) for r in grid.rows],
        }
    elif shape == 4:
        records = {n: {str(i): v for i, v in enumerate(c)} for n, c in columns.items()}
    elif shape == 5:
        records = [*records, 1, None, "x", [1], {}]
    text = json.dumps(records, ensure_ascii=chance.random() < 0.5)
    if shape == 6:
        deep = chance.choice([1, 3, 5_000])
        text = "[" * deep + text + "]" * deep
    return text.encode(errors="replace")


def as_jsonl(grid: Grid, chance: random.Random) -> bytes:
    """An object a line, or not quite."""
    lines = [
        json.dumps(dict(zip(grid.names, map(plain, row), strict=True)))
        for row in grid.rows
    ]
    if lines and chance.random() < 0.3:
        lines[chance.randrange(len(lines))] = chance.choice(
            ["", "{", "[1]", "null", '{"a": {"b": 1}}', '{"a":1}{"a":2}']
        )
    return "\n".join(lines).encode()


def as_arff(grid: Grid, chance: random.Random) -> bytes:
    """ARFF with types that need not be true."""
    kinds = [
        "REAL",
        "STRING",
        "INTEGER",
        "{a,b,c}",
        "{yes, 'no'}",
        "DATE yyyy-MM-dd",
        "RELATIONAL",
        "{",
        "",
    ]
    head = ["% about", "@relation x"]
    for i, name in enumerate(grid.names):
        kind = chance.choice(kinds) if chance.random() < 0.3 else "STRING"
        quoted = "'" + name.replace("'", "\\'") + "'" if chance.random() < 0.9 else name
        head.append(f"@attribute {quoted or i} {kind}")
    rows = [
        ",".join(
            "?" if v is None else f"'{v}'" if "," in str(v) else str(v) for v in row
        )
        for row in grid.rows
    ]
    data = ["@data"] if chance.random() < 0.95 else []
    if chance.random() < 0.05:
        rows = ["{0 1, 1 x}", *rows]
    return "\n".join([*head, *data, *rows]).encode(errors="replace")


def as_ts(grid: Grid, chance: random.Random) -> bytes:
    """Series of sktime, with times, without labels, with too many colons."""
    flag = chance.choice(["false", "false", "true", "maybe", ""])
    label = chance.choice(
        ["@classLabel true a b", "@targetLabel true", "@classLabel false", ""]
    )
    lines = [
        "@problemName x",
        f"@timeStamps {flag}",
        "@univariate true",
        label,
        "@data",
    ]
    for i in range(len(grid.rows)):
        steps = [
            str(chance.choice([*NUMBERS, "?", "x", ""]))
            for _ in range(chance.randrange(6))
        ]
        if flag == "true":
            steps = [f"({t},{s})" for t, s in enumerate(steps)]
        lines.append(
            ",".join(steps) + chance.choice([":a", f":{'ab'[i % 2]}", "", ":a:b"])
        )
    return "\n".join(lines).encode()


def as_conll(grid: Grid, chance: random.Random) -> bytes:
    """Words and tags, a line each."""
    lines = []
    for i in range(len(grid.rows)):
        for _ in range(chance.randrange(1, 6)):
            word = chance.choice(["Oslo", "is", *WORDS[:6], "\u202e", "x" * 40])
            lines.append(
                f"{word}\t{chance.choice(['O', 'B-LOC', 'I-LOC', 'I-', ''])}"
                + "\tx" * (chance.random() < 0.01)
            )
        lines += [""] * (i % 3 > 0)
    return "\n".join(lines).encode()
