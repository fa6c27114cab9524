"""Whole files: in every format, or none; packed, damaged, under another's name."""

import bz2
import gzip
import io
import pickle
import random
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.hostile.grids import Grid, grids
from tests.hostile.text_formats import (
    as_arff,
    as_conll,
    as_csv,
    as_json,
    as_jsonl,
    as_ts,
)
from tests.hostile.typed_formats import as_excel, as_npz, as_parquet, as_sqlite


def as_other(grid: Grid, chance: random.Random) -> bytes:
    """No table at all."""
    return chance.choice(
        [
            b"",
            b"\0" * 400,
            b"<!doctype html><html><body>Log in</body></html>",
            b"PAR1",
            b"SQLite format 3\0",
            b"PK\x03\x04",
            b"\x1f\x8b\x08",
            pickle.dumps({"a": [1]}),
            b"%PDF-1.7",
            b"\x89PNG\r\n",
            b"[",
            b"{",
            b"@relation",
            b"@data\n",
            b'{"a": 1',
            chance.randbytes(900),
            b"\n" * 300,
            b"a",
            b"-",
            b'"',
            b"version https://git-lfs.github.com/spec/v1\n",
        ]
    )


WRITERS: dict[str, Callable[[Grid, random.Random], bytes]] = {
    "csv": as_csv,
    "tsv": as_csv,
    "txt": as_csv,
    "data": as_csv,
    "json": as_json,
    "jsonl": as_jsonl,
    "parquet": as_parquet,
    "xlsx": as_excel,
    "arff": as_arff,
    "sqlite": as_sqlite,
    "npz": as_npz,
    "ts": as_ts,
    "conll": as_conll,
    "bin": as_other,
}
TYPED_FORMATS = ("json", "jsonl", "parquet", "xlsx", "sqlite")


# ---- whole files ---------------------------------------------------------------------


def packed(name: str, content: bytes, chance: random.Random) -> tuple[str, bytes]:
    """The file inside an archive, under a name that may lead out of it."""
    inner = chance.choice(
        [
            name,
            name,
            f"a/b/{name}",
            f"../{name}",
            f"/tmp/{name}",
            f"./{name}",
            f"a\\{name}",
        ]
    )
    kind = chance.choice(["zip", "tar", "tar.gz", "gz", "bz2"])
    file = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(inner, content)
    elif kind.startswith("tar"):
        with tarfile.open(
            fileobj=file, mode="w:gz" if kind.endswith("gz") else "w"
        ) as archive:
            member = tarfile.TarInfo(inner)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
            if chance.random() < 0.3:
                link = tarfile.TarInfo("link.csv")
                link.type, link.linkname = (
                    chance.choice([tarfile.SYMTYPE, tarfile.LNKTYPE]),
                    "/etc/passwd",
                )
                archive.addfile(link)
    else:
        file.write(gzip.compress(content) if kind == "gz" else bz2.compress(content))
        kind = f"{name.rpartition('.')[2]}.{kind}"
    return f"table.{kind}", file.getvalue()


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Cut short, or with bytes that are others."""
    changed = bytearray(content)
    for _ in range(chance.randrange(4)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(
        changed[: chance.randrange(len(changed) + 1)]
        if chance.random() < 0.5
        else changed
    )


@st.composite
def files(draw: Any) -> tuple[dict[str, bytes], Grid]:
    """A file with a table by its name, and the table."""
    suffix = draw(st.sampled_from(["csv", "csv", "csv", *WRITERS]))
    grid = draw(grids(typed=suffix in TYPED_FORMATS))
    chance = random.Random(draw(st.integers(0, 2**32)))
    name, content = f"table.{suffix}", WRITERS[suffix](grid, chance)
    if chance.random() < 0.08:
        content = damaged(content, chance)
    if chance.random() < 0.08:
        name, content = packed(name, content, chance)
    if chance.random() < 0.05:
        name = "table." + chance.choice([*WRITERS, "zip", "gz", "png", "md"])
    return {name: content}, grid
