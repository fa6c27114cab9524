"""Archives that are traps: refused by name, and nothing is written outside."""

import gzip
import io
import stat
import tarfile
import zipfile

import numpy as np
import pytest

from labwright.acquire import members, opening
from labwright.parts.unpack import unpack_tar, unpack_zip
from tests.hostile.trial import World, outcome, refusal

ROWS = "\n".join(["x,class", *(f"{i * 37 % 101},{'ab'[i % 2]}" for i in range(60))])
GOOD = ("table.csv", ROWS.encode())
SYMLINK, HARDLINK = tarfile.SYMTYPE, tarfile.LNKTYPE


def zipped(*files: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return content.getvalue()


def zipped_link(target: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, target)
        archive.writestr(*GOOD)
    return content.getvalue()


def tarred(*files: tuple[str, bytes | tuple[bytes, str]], mode: str = "w") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:
        for name, data in files:
            member = tarfile.TarInfo(name)
            if isinstance(data, bytes):
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
            else:
                member.type, member.linkname = data
                archive.addfile(member)
    return content.getvalue()


def encrypted() -> bytes:
    """As an archive with a password says it of its first member."""
    content = bytearray(zipped(GOOD))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def arrays_of(shape: tuple[int, ...]) -> bytes:
    """Arrays whose header asks for more than there is."""
    header = io.BytesIO()
    said = {"descr": "<f8", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, said)
    return zipped(("X.npy", header.getvalue() + bytes(100)))


def world(name: str, content: bytes) -> World:
    task = f'{{"data_sources": "{name}", "target": "class"}}'
    return World(task.encode(), {name: content})


TRAPS = {
    "up": ("a.zip", zipped(("../evil.csv", b"x"), GOOD), "../evil.csv"),
    "up further in": ("a.zip", zipped(("a/../../evil.csv", b"x")), "evil.csv"),
    "absolute": ("a.zip", zipped(("/tmp/evil.csv", b"x"), GOOD), "/tmp/evil.csv"),
    "drive": ("a.zip", zipped(("C:\\evil.csv", b"x"), GOOD), "C:\\evil.csv"),
    "backslashes": ("a.zip", zipped(("..\\evil.csv", b"x")), "..\\evil.csv"),
    "link in zip": ("a.zip", zipped_link("/etc/passwd"), "link.csv, a link"),
    "up in tar": ("a.tar", tarred(("../evil.csv", b"x"), GOOD), "../evil.csv"),
    "absolute in tar": ("a.tar", tarred(("/tmp/evil.csv", b"x")), "/tmp/evil.csv"),
    "link": (
        "a.tar",
        tarred(("l.csv", (SYMLINK, "/etc/passwd")), GOOD),
        "l.csv, a link",
    ),
    "link up": ("a.tar", tarred(("a/l", (SYMLINK, "../../x")), GOOD), "a/l, a link"),
    "hard link": (
        "a.tar",
        tarred(("l.csv", (HARDLINK, "../x")), GOOD),
        "l.csv, a link",
    ),
    "through a link": (
        "a.tar",
        tarred(("d", (SYMLINK, "/tmp")), ("d/evil.csv", b"x")),
        "d, a link",
    ),
    "device": (
        "a.tar",
        tarred(("d.csv", (tarfile.CHRTYPE, "")), GOOD),
        "d.csv, a device",
    ),
    "pipe": ("a.tar", tarred(("p.csv", (tarfile.FIFOTYPE, ""))), "p.csv, a device"),
    "nested": ("a.zip", zipped(("b.zip", zipped(GOOD))), "a.zip/b.zip"),
    "password": ("a.zip", encrypted(), "encrypted"),
    "cut short": ("a.zip", zipped(GOOD)[:-30], "damaged ZIP archive"),
    "cut short gz": ("a.csv.gz", gzip.compress(GOOD[1])[:-20], "ended before"),
    "wrong checksum": ("a.csv.gz", gzip.compress(GOOD[1])[:-8] + bytes(8), "CRC"),
    "cut short tar.gz": ("a.tar.gz", tarred(GOOD, mode="w:gz")[:90], "a.tar.gz"),
    "huge arrays": ("a.npz", arrays_of((10**15,)), "PiB"),
    "negative arrays": ("a.npz", arrays_of((-5,)), "negative"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_refused_by_name(name):
    file, content, told = TRAPS[name]
    error = refusal(world(file, content))
    assert error.code == "data-unreadable"
    assert told in str(error)
    assert file.split(".")[0] in str(error)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped(("table.csv", b"x,class\n" + b"0,a\n" * 90_000))),
        (
            "a.tar.gz",
            tarred(("table.csv", b"x,class\n" + b"0,a\n" * 90_000), mode="w:gz"),
        ),
        ("a.csv.gz", gzip.compress(b"x,class\n" + b"0,a\n" * 90_000)),
        ("a.xlsx", zipped(("[Content_Types].xml", b""), ("xl/x.xml", b" " * 900_000))),
        ("a.npz", zipped(("X.npy", bytes(900_000)))),
    ],
)
def test_a_bomb_is_refused_with_both_sizes(monkeypatch, name, content):
    monkeypatch.setattr(members, "UNPACKED_FREELY", 100_000)
    error = refusal(world(name, content))
    assert "grows at most 100-fold" in error.expected
    assert f"or more in {name}" in error.found


def test_an_archive_of_countless_files(monkeypatch):
    monkeypatch.setattr(members, "MOST_MEMBERS", 3)
    files = [(f"{i}.csv", b"") for i in range(4)]
    error = refusal(world("a.zip", zipped(*files)))
    assert "at most 3 files" in error.expected


def long_name(kind: bytes, mode: str) -> bytes:
    """A TAR archive that says a long name of its one member."""
    content = io.BytesIO()
    form = tarfile.GNU_FORMAT if kind == b"L" else tarfile.PAX_FORMAT
    with tarfile.open(fileobj=content, mode=mode, format=form) as archive:
        archive.addfile(tarfile.TarInfo("n" * 5_000))
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped(*((f"{i}.csv", b"") for i in range(40)))),
        ("a.npz", zipped(*((f"{i}.npy", b"") for i in range(40)))),
        ("a.tar", long_name(b"L", "w")),
        ("a.tar", long_name(b"x", "w")),
        ("a.tar.gz", long_name(b"L", "w:gz")),
        ("a.tar.xz", long_name(b"x", "w:xz")),
    ],
)
def test_what_is_said_of_members_is_not_read_as_long_as_it_claims(
    monkeypatch, name, content
):
    monkeypatch.setattr(opening, "MOST_DIRECTORY", 1_000)
    monkeypatch.setattr(opening, "MOST_HEADER", 1_000)
    error = refusal(world(name, content))
    assert error.expected == "at most 1000 bytes about the members of an archive"
    assert error.found.endswith(f"in {name}")


def test_members_of_a_tar_archive_are_not_kept(tmp_path, monkeypatch):
    path = tmp_path / "a.tar"
    path.write_bytes(tarred(*((f"{i}.csv", b"") for i in range(9))))
    opened = []
    open_tar = members.open_tar
    monkeypatch.setattr(
        members, "open_tar", lambda path: opened.append(open_tar(path)) or opened[0]
    )
    kept = [len(opened[0].members) for _ in members.in_tar(path, 0)]
    assert kept == [0] * 9


def test_a_link_within_is_left_aside_and_an_archive_beside_a_table_too():
    within = tarred(("l.csv", (SYMLINK, "table.csv")), GOOD)
    beside = zipped(GOOD, ("more.zip", zipped(GOOD)))
    assert outcome(world("a.tar", within)) == "plan: table"
    assert outcome(world("a.zip", beside)) == "plan: table"


@pytest.mark.parametrize(
    "name", ["../evil.csv", "/evil.csv", "a/../../evil.csv", "d/evil"]
)
def test_unpacking_in_an_experiment_writes_nothing_outside(tmp_path, name):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.zip").write_bytes(zipped((name, b"x"), GOOD))
    link = ("d", (SYMLINK, str(tmp_path)))
    (raw / "a.tar").write_bytes(tarred(link, (name, b"x"), GOOD))
    unpack_zip(raw, ["a.zip/"])
    unpack_tar(raw, ["a.tar/", f"a.tar/{name}"])
    assert {path.name for path in tmp_path.iterdir()} == {"raw"}
    assert not any(path.is_symlink() for path in raw.rglob("*"))
    assert (raw / "unpacked" / "a.zip" / "table.csv").read_bytes() == GOOD[1]
