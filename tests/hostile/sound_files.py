"""Drafts as files that are as they should be, in every format that can hold them."""

import csv
import io
import json
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.hostile.drafts import Draft
from tests.hostile.files import WRITERS, damaged, packed
from tests.hostile.text_formats import plain
from tests.hostile.twists import odd_name
from tests.hostile.typed_formats import as_excel, as_sqlite, frame, written

WILD = 0.1  # share of the files that are written with the flaws of a format
FOLDER = 20  # files from which a folder of texts is a table

Files = dict[str, bytes]


def as_text(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list) else value


def csv_of(draft: Draft, chance: random.Random) -> bytes:
    """CSV as the standard library writes it, with one of the usual separators."""
    file = io.StringIO(newline="")
    separator, end = chance.choice(",,,;\t|"), chance.choice(["\n", "\r\n"])
    writer = csv.writer(file, delimiter=separator, lineterminator=end)
    writer.writerow(draft.names)
    writer.writerows([as_text(value) for value in row] for row in draft.grid.rows)
    encoding = chance.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252"])
    return file.getvalue().encode(encoding, errors="replace")


def records_of(draft: Draft) -> list[dict[str, Any]]:
    return [
        dict(zip(draft.names, map(plain, row), strict=True)) for row in draft.grid.rows
    ]


def json_of(draft: Draft, _: random.Random) -> bytes:
    return json.dumps(records_of(draft)).encode()


def jsonl_of(draft: Draft, _: random.Random) -> bytes:
    return "\n".join(map(json.dumps, records_of(draft))).encode()


def parquet_of(draft: Draft, _: random.Random) -> bytes:
    return written(frame(draft.grid))


def excel_of(draft: Draft, chance: random.Random) -> bytes:
    return as_excel(draft.grid, chance)


def sqlite_of(draft: Draft, chance: random.Random) -> bytes:
    return as_sqlite(draft.grid, chance)


def ts_of(draft: Draft, _: random.Random) -> bytes:
    """Series in lists, as sktime writes them."""
    values, labels = draft.columns[0], draft.columns[-1]
    classes = {str(label).replace(" ", "_") for label in labels}
    header = ["@problemName drawn", "@timeStamps false", "@univariate true"]
    header += ["@classLabel true " + " ".join(sorted(classes)), "@data"]
    lines = [
        ",".join("?" if v is None else str(v) for v in as_list(series)) + f":{label}"
        for series, label in zip(values, labels, strict=True)
    ]
    return "\n".join([*header, *lines]).encode(errors="replace")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def npz_of(draft: Draft, chance: random.Random) -> bytes:
    """Arrays of as many series, of one channel or some, and their labels."""
    rows, file = draft.rows, io.BytesIO()
    shape = chance.choice([(rows, 30), (rows, 3, 20), (rows, 20, 2), (rows, 1, 30)])
    drawn = np.random.default_rng(chance.randrange(2**32)).normal(size=shape)
    if chance.random() < 0.3:
        drawn[chance.randrange(rows)] = chance.choice([np.nan, np.inf, 1e308, 0])
    kind = chance.choice(["f4", "f8", "i2", "u1", "?"])
    with np.errstate(all="ignore"):
        arrays = {"X": drawn.astype(kind), "y": np.arange(rows) % 3}
    if chance.random() < 0.3:
        arrays["y"] = np.array([f"c{i % 2}" for i in range(rows)])
    np.savez(file, **arrays)
    return file.getvalue()


def conll_of(draft: Draft, chance: random.Random) -> bytes:
    """A word and its tag a line, as in the shared tasks of CoNLL."""
    between = chance.choice(["\t", " "])
    lines = ["-DOCSTART- -X-".replace(" ", between), ""] * (chance.random() < 0.2)
    for words, found in zip(draft.columns[0], draft.columns[1], strict=True):
        pairs = zip(as_list(words), as_list(found), strict=False)
        lines += [f"{str(w) or '_'}{between}{t}" for w, t in pairs]
        lines.append("")
    return "\n".join(lines).encode(errors="replace")


Writer = Callable[[Draft, random.Random], bytes]
TABLES: dict[str, Writer] = {
    "csv": csv_of,
    "json": json_of,
    "jsonl": jsonl_of,
    "parquet": parquet_of,
    "xlsx": excel_of,
    "sqlite": sqlite_of,
}
LISTS: dict[str, Writer] = {"jsonl": jsonl_of, "parquet": parquet_of, "json": json_of}


def writers_of(kind: str, draft: Draft) -> dict[str, Writer]:
    """The formats that can hold a draft of a kind."""
    holds_lists = any(isinstance(column[0], list) for column in draft.columns)
    if kind == "tags":
        return LISTS | {"conll": conll_of}
    if kind == "series" and holds_lists:
        return LISTS | {"csv": csv_of, "ts": ts_of, "npz": npz_of}
    return TABLES


def file_of(kind: str, draft: Draft, chance: random.Random) -> tuple[str, bytes]:
    """Name and content: mostly sound, at times with the flaws of its format."""
    writers = writers_of(kind, draft)
    suffix = chance.choice(["csv", *writers] if "csv" in writers else [*writers])
    if suffix == "npz" and draft.target is not None:
        draft.names[draft.target] = "y"
    name = f"table.{suffix}"
    if suffix in TABLES and chance.random() < WILD:
        content = WRITERS[suffix](draft.grid, chance)
    else:
        content = writers[suffix](draft, chance)
    if chance.random() < 0.02:
        content = damaged(content, chance)
    if chance.random() < 0.05:
        name, content = packed(name, content, chance)
    return name, content


def folder_of_texts(draft: Draft, chance: random.Random) -> Files:
    """A .txt file for each text, in a folder for each class."""
    labels = draft.columns[-1] if len(draft.columns) > 1 else [""]
    names = {label: safe(odd_name(chance)) for label in {str(one) for one in labels}}
    plain_names = chance.random() < 0.7
    return {
        f"texts/{safe(label) if plain_names else names[label]}/{i}.txt": str(
            text
        ).encode(errors="replace")
        for i, (text, label) in enumerate(
            (draft.columns[0][i], str(labels[i % len(labels)]))
            for i in range(draft.rows)
        )
    }


def safe(name: str) -> str:
    """What a disk here takes for the name of a file."""
    kept = "".join(c for c in name if c not in "/\0").strip(". ")[:40]
    return kept.encode(errors="ignore").decode() or "_"
