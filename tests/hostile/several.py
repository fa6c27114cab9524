"""Several tables: joined by keys, parts of one set, or side by side in an archive."""

import random
from typing import Any

from tests.hostile.drafts import Draft, table
from tests.hostile.media import archive_of
from tests.hostile.sound_files import Files, csv_of, file_of
from tests.hostile.twists import odd_cell, odd_name, twist


def joined(chance: random.Random) -> tuple[dict[str, Any], Files]:
    """A table, one or two others with a key of it, and perhaps a word of how to join."""
    draft = table(chance)
    known = [keyed(chance, i) for i in range(chance.randrange(3, 60))]
    key = odd_name(chance) if chance.random() < 0.3 else "key"
    draft.names.insert(0, key)
    draft.columns.insert(0, [chance.choice(known) for _ in range(draft.rows)])
    draft.target = None if draft.target is None else draft.target + 1
    files: Files = {}
    sources = []
    if chance.random() < 0.5:
        twist(draft, chance)
    for number in range(chance.choice([1, 1, 2])):
        name, other = f"other{number}", other_of(chance, key, known, number)
        if chance.random() < 0.4:
            twist(other, chance)
        path, content = file_of("table", other, chance)
        path = f"{name}.{path.partition('.')[2]}"
        files[path] = content
        sources.append(with_join(path, other.names[0], chance))
    files["table.csv"] = csv_of(draft, chance)
    return draft.task(["table.csv", *sources]), files


def keyed(chance: random.Random, number: int) -> Any:
    """A value of a key."""
    return chance.choice([f"k{number}", f"k{number}", f"K{number} ", number])


def other_of(chance: random.Random, key: str, known: list[Any], number: int) -> Draft:
    """A table with a row for each key, some, or several."""
    rows = list(known)
    if chance.random() < 0.2:
        rows = rows[: len(rows) // 2 + 1]
    if chance.random() < 0.2:
        rows += chance.choices(rows, k=5)  # no longer one for each
    if chance.random() < 0.1:
        rows[chance.randrange(len(rows))] = odd_cell(chance)
    weights = [round(chance.random(), 3) for _ in rows]
    kinds = [chance.choice("xyz") for _ in rows]
    called = odd_name(chance) if chance.random() < 0.1 else key
    names = [called, f"weight{number}", chance.choice(["kind", f"kind{number}"])]
    return Draft(names, [rows, weights, kinds], None)


def with_join(path: str, key: str, chance: random.Random) -> Any:
    """The source, mostly with nothing said of how to join it."""
    if chance.random() < 0.6:
        return path
    how = chance.choice([{}, {}, {"how": "asof"}, {"how": "left"}])
    return {"identifier": path, "join": {"on": [key]} | how}


def archived(chance: random.Random) -> tuple[dict[str, Any], Files]:
    """Tables in an archive or a folder: parts of one set, train and test, others."""
    draft = table(chance)
    twist(draft, chance)
    halves = parts_of(draft, chance)
    names = chance.choice(
        [
            ("a.csv", "b.csv"),
            ("train.csv", "test.csv"),
            ("x/train/1.csv", "x/test/1.csv"),
        ]
    )
    if chance.random() < 0.2:
        names = ("key=1/p.csv", f"key={odd_name(chance)}/p.csv".replace("\0", ""))
    settled = random.Random(chance.randrange(2**32))
    state = settled.getstate()
    files: Files = {}
    for name, half in zip(names, halves, strict=True):
        settled.setstate(state)  # the same separator and encoding
        files[name] = csv_of(half, settled)
    if chance.random() < 0.3:
        files["README.md"] = b"# About\n"
    name, content = archive_of(files, chance)
    said: Any = name
    if chance.random() < 0.3:
        said = {"identifier": name, "file": chance.choice([*names, "*.csv", "a*"])}
    return draft.task(said), {name: content}


def parts_of(draft: Draft, chance: random.Random) -> tuple[Draft, Draft]:
    """The rows in two tables; at times the second one lacks the target."""
    middle = draft.rows // 2
    first = Draft(draft.names, [c[:middle] for c in draft.columns], draft.target)
    second = Draft(draft.names, [c[middle:] for c in draft.columns], draft.target)
    if chance.random() < 0.3 and draft.target is not None:
        left = [i for i in range(len(draft.names)) if i != draft.target]
        names = [draft.names[i] for i in left]
        second = Draft(names, [second.columns[i] for i in left], None)
    return first, second
