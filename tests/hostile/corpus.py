"""Worlds by name: what broke something once, and what an issue or a person thought of.

Each says how it must end: in a plan, or in an error of this code with these words in it.
"""

import gzip
import io
import json
import math
import random
import sqlite3
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tests.hostile.media import (
    floats,
    huge_gif,
    huge_png,
    image,
    long_header,
    sound,
    text_bomb,
)
from tests.hostile.trial import World

LETTERS = "ab"


@dataclass(frozen=True)
class Case:
    """A world and how it must end: "plan: table", or "error: code" and words of it."""

    world: World
    ends: str
    says: str = ""


def world(content: bytes | str, name: str = "table.csv", **task: Any) -> World:
    """A file, and a task that asks for its column `class`."""
    said = {"data_sources": name, "target": "class"} | task
    data = content.encode() if isinstance(content, str) else content
    return World(json.dumps(said).encode(), {name: data})


def rows(cell: Any = lambda i: i * 37 % 101, label: Any = None, count: int = 60) -> str:
    """Rows of a number and a class, as CSV."""
    label = label or (lambda i: LETTERS[i % 2])
    return "\n".join(f"{cell(i)},{label(i)}" for i in range(count))


def named(*names: str) -> str:
    """CSV with columns of such names beside x and the class."""
    head = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    cells = "\n".join(
        ",".join([*(str(i * k % 17) for k in range(1, len(names) + 1)), LETTERS[i % 2]])
        for i in range(60)
    )
    return f"{head},class\n{cells}"


def parquet(table: pl.DataFrame, **metadata: str) -> bytes:
    file = io.BytesIO()
    table.write_parquet(file, metadata=metadata or None)
    return file.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def flipped(content: bytes) -> bytes:
    """The same with a byte changed in the middle of its first member."""
    changed = bytearray(content)
    changed[200] ^= 1
    return bytes(changed)


def wide(columns: int) -> str:
    head = ",".join([*(f"f{i}" for i in range(columns)), "class"])
    lines = [
        ",".join([*(str((i * k) % 97) for k in range(columns)), LETTERS[i % 2]])
        for i in range(30)
    ]
    return "\n".join([head, *lines])


def over_time(date: Any = lambda i: i, value: Any = lambda i: i % 7) -> World:
    """A forecast of a column `value` over a column `date`."""
    lines = [f"{date(i)},{value(i)}" for i in range(200)]
    table = "\n".join(["date,value", *lines])
    return world(table, target="value", task_type="sequence", horizon=3)


def waves(odd: float) -> list[list[float]]:
    """Series of which one has an odd step."""
    found = [[math.sin((i + k) / 3) for i in range(24)] for k in range(60)]
    found[7][7] = odd
    return found


def classes_of(sound: list[bytes], odd: bytes, suffix: str, **task: Any) -> World:
    """Files in two folders, of which one is odd."""
    files = {
        f"data/{LETTERS[i % 2]}/{i}.{suffix}": content
        for i, content in enumerate([*sound, odd])
    }
    return World(json.dumps({"data_sources": "data"} | task).encode(), files)


def pictures(odd: bytes) -> World:
    chance = random.Random(0)
    return classes_of(
        [image(chance, "png", "L", (8, 8)) for _ in range(40)], odd, "png"
    )


def tones(odd: bytes) -> World:
    chance = random.Random(0)
    return classes_of([sound(chance, "wav", 8_000, 0.1) for _ in range(40)], odd, "wav")


def nameless_sound() -> World:
    chance = random.Random(0)
    tone = [sound(chance, "wav", 8_000, 0.1) for _ in range(40)]
    members = [(f"{LETTERS[i % 2]}/{i}.wav", tone[i]) for i in range(40)]
    return world(zipped(*members, ("", tone[0])), "t.zip", target=None)


def with_view() -> bytes:
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE t (x, class)")
    rows = [(i * 37 % 101, LETTERS[i % 2]) for i in range(5_000)]
    base.executemany("INSERT INTO t VALUES (?, ?)", rows)
    base.execute("CREATE VIEW v AS SELECT * FROM t, t AS other, t AS third")
    base.commit()
    return base.serialize()


def zipped(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


HEAD = "x,class\n"
PLAN = "plan: table"
UNREADABLE, UNUSABLE = "error: data-unreadable", "error: data-unusable"
TASK, TYPE = "error: task", "error: task-type"
LABELS = [LETTERS[i % 2] for i in range(60)]
SMALL = pl.DataFrame({"x": [i * 7 % 11 for i in range(60)], "class": LABELS})
FEATURES = {"info": {"features": {"class": {"_type": "ClassLabel", "names": 7}}}}

# Tables that someone thought of.
THOUGHT_OF = {
    "a row with too many cells": Case(
        world(HEAD + rows() + "\n1,a,b\n"), UNREADABLE, "2 cells in line 62"
    ),
    "a row with too few cells": Case(world("y," + HEAD + "\n".join(f"1,{r}" for r in rows().split("\n")) + "\n3"), PLAN),
    "the header again inside": Case(world(HEAD + rows() + "\n" + HEAD + rows()), PLAN),
    "2,000 columns": Case(world(wide(2_000)), PLAN),
    "1e308 everywhere": Case(world(HEAD + rows(lambda i: f"{i % 7}e307")), PLAN),
    "infinite values": Case(world(HEAD + rows(lambda i: [1, "inf", "-inf", 2][i % 4])), PLAN),
    "NaN": Case(world(HEAD + rows(lambda i: ["nan", i][i % 2])), PLAN),
    "an input without values": Case(world("y," + HEAD + "\n".join(f",{r}" for r in rows().split("\n"))), PLAN),
    "nothing but missing values": Case(
        world("x,y,class\n" + ",,\n" * 60), UNUSABLE, "with 0 rows"
    ),
    "a target without values": Case(world(HEAD + rows(label=lambda i: "")), UNUSABLE),
    "no rows": Case(world(HEAD), UNUSABLE, "at least one row"),
    "one row": Case(world(HEAD + "1,a\n"), UNUSABLE),
    "an empty file": Case(world(""), UNREADABLE, "an empty file"),
    "one class": Case(world(HEAD + rows(label=lambda i: "a")), UNUSABLE, "at least two distinct values"),
    "a constant number to predict": Case(world("class,x\n" + rows(lambda i: 7)), UNUSABLE, "at least two distinct values"),
    "19 rows": Case(world(HEAD + rows(count=19)), UNUSABLE, "at least 20 rows with a target"),
    "every class has one member": Case(world(HEAD + rows(label=lambda i: f"c{i}")), TYPE, "classes that several rows share"),
    "a class with one member": Case(world(HEAD + rows(label=lambda i: "c" if i == 7 else LETTERS[i % 2])), PLAN),
    "one input, constant": Case(world(HEAD + rows(lambda i: 1)), UNUSABLE),
    "no input": Case(world("class\n" + "\n".join(LABELS)), UNUSABLE),
    "mixed types": Case(world(HEAD + rows(lambda i: [1, "one", "2020-01-01", ""][i % 4])), PLAN),
    "whole numbers beyond 64 bits": Case(world(HEAD + rows(lambda i: 10**30 + i % 9)), PLAN),
    "numbers of 400 digits": Case(world(HEAD + rows(lambda i: "9" * 400 if i == 3 else i)), PLAN),
    "names that are keywords": Case(world(named("class_", "import", "None", "lambda", "def")), PLAN),
    "names with quotes and line ends": Case(world(named('a"b', "a'b", "a\nb", "a\\", '"""')), PLAN),
    "names of nothing and blanks": Case(world(named("", " ", "x")), PLAN),
    "a name twice": Case(world(named("x", "x", "y")), PLAN),
    "emoji and marks of direction": Case(world(named("\U0001f427", "\u202eabc", "é", "\u200b")), PLAN),
    "a name of 10,000 characters": Case(world(named("x" * 10_000, "y")), PLAN),
    "names that are patterns": Case(world(named("^.*$", "*", "^x", "$")), PLAN),
    "NUL bytes": Case(world(HEAD.encode() + b"\0" * 5 + rows().encode()), UNREADABLE),
    "UTF-16": Case(world((HEAD + rows()).encode("utf-16")), PLAN),
    "a byte order mark": Case(world((HEAD + rows()).encode("utf-8-sig")), PLAN),
    "mixed line ends": Case(world(HEAD + rows().replace("\n", "\r\n", 20)), PLAN),
    "a quote that is never closed": Case(world(HEAD + rows() + '\n"1,a\n2,b'), UNREADABLE),
    "a pickle": Case(world(b"\x80\x04\x95\x00\x00", "table.pkl"), UNREADABLE),
    "a web page": Case(world("<!doctype html><html></html>"), UNREADABLE, "an HTML page"),
    "Parquet with nested types": Case(
        world(
            parquet(pl.DataFrame({"x": [{"a": i * 7 % 11, "b": [1]} for i in range(60)], "class": LABELS})),
            "t.parquet",
        ),
        PLAN,
    ),
    "JSON with nested objects": Case(
        world(json.dumps([{"x": {"a": i % 7, "b": {"c": [i]}}, "class": LABELS[i]} for i in range(60)]), "t.json"),
        PLAN,
    ),
    "an image of ten thousand million pixels": Case(pictures(huge_png(100_000)), "plan: image"),
    "an image of 65,535 by 65,535 pixels": Case(pictures(huge_gif()), "plan: image"),
    "an image with a comment of 200 MB": Case(pictures(text_bomb()), "plan: image"),
    "an image that is none": Case(pictures(b"<html></html>"), "plan: image"),
    "a sound of four gigabytes by its header": Case(tones(long_header()), "plan: audio"),
    "a sound of NaN": Case(tones(floats(float("nan"))), "plan: audio"),
}  # fmt: skip

# Worlds that broke something, the worst first.
FOUND = {
    "a view of each row with each other": Case(world(with_view(), "t.sqlite"), PLAN),
    "a member of an archive without a name": Case(
        world(zipped(("t.csv", (HEAD + rows()).encode()), ("", b"x,class\n")), "t.zip"), PLAN
    ),
    "a sound without a name among others": Case(nameless_sound(), "plan: audio"),
    "a word of 70,000 letters in the description": Case(
        world(HEAD + rows(), description="x" * 70_000), PLAN
    ),
    "control characters in a column that is asked for": Case(
        world(HEAD + rows(), target="\x1b[31m\u202e"), "error: target-not-found", "\\x1b[31m"
    ),
    "control characters in an expression": Case(
        world(HEAD + rows(), where="x > \x07"), TASK, "\\x07"
    ),
    "a path of control characters": Case(
        world(HEAD + rows(), data_sources="\u202etable"), "error: source-not-found", "\\u202e"
    ),
    "the home of nobody": Case(
        world(HEAD + rows(), data_sources="~nobody_is_called_so/x.csv"), "error: source-not-found"
    ),
    "a gzipped table by another name": Case(
        world(gzip.compress((HEAD + rows()).encode()), "table.data"), PLAN
    ),
    "series without a series": Case(
        world("@problemName x\n@classLabel true a b\n@data\n", "t.ts"), UNUSABLE
    ),
    "ARFF with cells to spare": Case(
        world("@relation x\n@attribute x REAL\n@attribute class {a,b}\n@data\n" + rows() + "\n1,a,2\n", "t.arff"),
        UNREADABLE,
        "rows of 2 cells",
    ),
    "ARFF with attributes to spare": Case(
        world("@relation x\n@attribute x REAL\n@attribute y REAL\n@attribute class {a,b}\n@data\n" + rows(), "t.arff"),
        UNREADABLE,
        "rows of 3 cells",
    ),
    "JSON records that are none": Case(
        world(json.dumps([{"x": 1, "class": "a"}, 7, None]), "t.json"), UNREADABLE, "found 7 as record 2"
    ),
    "JSON with a number among the words of a list": Case(
        world(json.dumps({"columns": ["x", "class"], "data": [[["a", i or 1.5], LETTERS[i % 2]] for i in range(60)]}), "t.json"),
        UNREADABLE,
        "lists of values of one type",
    ),
    "JSON of 5,000 brackets": Case(world("[" * 5_000 + "]" * 5_000, "t.json"), UNREADABLE),
    "words of another program in a Parquet file": Case(
        world(parquet(SMALL, huggingface="[]"), "t.parquet"), PLAN
    ),
    "label names that are none": Case(
        world(parquet(SMALL, huggingface=json.dumps(FEATURES)), "t.parquet"),
        PLAN,
    ),
    "arrays of records": Case(
        world(npz(X=np.zeros((60, 4), dtype=[("a", "f4"), ("b", "S3")]), y=np.arange(60) % 2), "t.npz", target="y"),
        UNREADABLE,
        "expected numbers or texts in the array 'X'",
    ),
    "arrays with a changed byte": Case(
        world(flipped(npz(X=np.zeros((60, 4)), y=np.arange(60) % 2)), "t.npz", target="y"), UNREADABLE, "CRC"
    ),
    "lists of lists to predict": Case(
        world(parquet(pl.DataFrame({"x": range(60), "class": [[[1.0], [2.0]]] * 60})), "t.parquet"),
        TYPE,
        "numbers, classes or lists of labels",
    ),
    "classes of 1.7e308": Case(
        world(HEAD + rows(label=lambda i: ["1.7e308", "-1e308", "3.0"][i % 3])), PLAN
    ),
    "a cell over 128 KiB in a ragged file": Case(
        world("x,y,class\n" + "".join(f"{i},{'z' * 200_000 if i == 2_500 else 1},a\n" for i in range(3_000)) + "1,2,3,4\n"),
        UNREADABLE,
    ),
    "marks of direction in a class, which plan.json names": Case(
        world(HEAD + rows(label=lambda i: ["a", "b\u202e\x9b"][i % 2])), PLAN
    ),
    "lists beside numbers in a column of JSON": Case(
        world(json.dumps({"x": [[1], *range(59)], "class": LABELS}), "t.json"), UNREADABLE, "cells of one type in 'x'"
    ),
    "a column of inputs that there is not": Case(
        world(HEAD + rows(), inputs=["y"]), TASK, "`y`, not among 1 column"
    ),
    "a line for Excel and nothing below it": Case(world("sep=;\n"), UNREADABLE, "an empty file"),
    "first lines that end a quote in the middle": Case(
        world('x,class\n1,"2"a\n'), UNREADABLE, "found in its first lines"
    ),
    "a count of the time beyond what a float counts": Case(
        over_time(lambda i: -(2**63) if i == 199 else i), "plan: forecast"
    ),
    "a forecast of 1e308": Case(over_time(value=lambda i: f"{i % 7}e307"), "plan: forecast"),
    "series with a step of 1e308": Case(
        world(json.dumps({"x": waves(1e308), "class": LABELS}), "t.json"), "plan: series"
    ),
    "a series in columns with a step of 1e308": Case(
        world(json.dumps([{**{f"t{i}": v for i, v in enumerate(w)}, "class": c} for w, c in zip(waves(1e308), LABELS, strict=True)]), "t.json"),
        PLAN,
    ),
    "an archive of an archive": Case(
        world(b"BZh91AY&SY" + bytes(40), "table.csv.bz2"), UNREADABLE, "table.csv.bz2"
    ),
}  # fmt: skip
