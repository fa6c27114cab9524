"""What format a file is in: by its first bytes, and only then by its name."""

import contextlib
import lzma
import re
import tarfile
import zipfile
import zlib
from pathlib import Path

from labwright.acquire.opening import open_tar, open_zip
from labwright.acquire.sniff_conll import conll_reading
from labwright.errors import ReadError

SAMPLE_BYTES = 256 * 1024

READERS = {
    "csv": "read_csv",
    "tsv": "read_csv",
    "parquet": "read_parquet",
    "json": "read_json",
    "jsonl": "read_jsonl",
    "excel": "read_excel",
    "arff": "read_arff",
    "sqlite": "read_sqlite",
    "ts": "read_ts",
    "npz": "read_npz",
    "conll": "read_conll",
}
ARCHIVES = ("zip", "tar", "gz")
# Of what is no TAR archive, or is cut short.
NO_TAR = (EOFError, OSError, zlib.error, lzma.LZMAError, tarfile.TarError)

MAGIC = {
    b"PAR1": "parquet",
    b"SQLite format 3\0": "sqlite",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "excel",  # .xls, a compound document
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"BM": "image",
    b"II*\0": "image",  # TIFF
    b"MM\0*": "image",
    b"OggS": "sound",
    b"fLaC": "sound",
    b"ID3": "sound",
    **dict.fromkeys((b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2"), "sound"),
    b"%PDF": "PDF document",
    b"ARROW1": "Arrow file",
    b"\x89HDF": "HDF5 file",
    b"7z\xbc\xaf": "7z archive",
    b"Rar!": "RAR archive",
    b"(\xb5/\xfd": "zstd archive",
}
RIFF = {b"WAVE": "sound", b"WEBP": "image", b"AVI ": "film"}
TEXT_NAMES = {
    ".md",
    ".rst",
    ".html",
    ".htm",
    ".py",
    ".ipynb",
    ".r",
    ".names",
    ".xml",
    ".yaml",
}
TEXT_NAMES |= {".yml", ".toml", ".css", ".js", ".cff", ".bib", ".sha256", ".md5", ".ts"}
# .ts is TypeScript too; the format of that name has these two kinds of lines.
SERIES_HEADER = re.compile(
    rb"^@(problemname|univariate|classlabel|targetlabel|timestamps|equallength)\b",
    re.IGNORECASE | re.MULTILINE,
)
SERIES_DATA = re.compile(rb"^@data\b", re.IGNORECASE | re.MULTILINE)
WORDS_FOR_READERS = {"readme", "license", "licence", "index", "citation", "changelog"}


def format_of(path: Path, head: bytes) -> str:
    """One of READERS, one of ARCHIVES, or what else it is: "image", "HTML page" …"""
    if head.startswith(b"PK\x03\x04"):
        return zip_content(path)
    if name := marked_format(head):
        return name
    if head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        return compressed_content(path, head)
    if head[257:262] == b"ustar":
        return "tar"
    return text_format(path, head)


def marked_format(head: bytes) -> str | None:
    """What the first bytes say by themselves; None where nothing marks them."""
    if head.startswith(b"RIFF"):
        return RIFF.get(head[8:12])
    for magic, name in MAGIC.items():
        if head.startswith(magic):
            doubtful = name in ("image", "sound") and magic.isalnum()
            return None if doubtful and is_plain(head) else name
    return None


def zip_content(path: Path) -> str:
    """A workbook is a ZIP archive too, and so are NumPy's arrays."""
    try:
        with open_zip(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return "damaged ZIP archive"
    except ReadError:
        return "zip"  # refused where its members are listed
    if "[Content_Types].xml" in names:
        is_book = any(name.startswith("xl/") for name in names)
        return "excel" if is_book else "Office document"
    if names and all(name.endswith(".npy") for name in names):
        return "npz"
    return "excel" if "content.xml" in names and "mimetype" in names else "zip"


def compressed_content(path: Path, head: bytes) -> str:
    """A compressed TAR archive, or one gzipped file."""
    with contextlib.suppress(*NO_TAR):
        with contextlib.suppress(ReadError):  # refused where its members are listed
            open_tar(path).close()
        return "tar"
    return "gz" if head.startswith(b"\x1f\x8b") else "compressed file"


def text_format(path: Path, head: bytes) -> str:
    """JSON, JSON Lines, ARFF, series, tagged words, CSV or a page for people."""
    if not is_plain(head):
        return "binary file"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    lower = start[:500].lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return "HTML page"
    if lower.startswith(b"<?xml") or (lower.startswith(b"<") and b"</" in lower):
        return "HTML page" if b"<html" in lower else "XML file"
    if b"@relation" in head[:20_000].lower() and start[:1] in (b"%", b"@"):
        return "arff"
    if SERIES_HEADER.search(head) and SERIES_DATA.search(head):
        return "ts"
    if start[:1] == b"[" and json_array(start):
        return "json"
    if start[:1] == b"{":
        return json_objects(path, start)
    if conll_reading(head, len(head) < SAMPLE_BYTES, path.suffix) is not None:
        return "conll"
    if path.suffix.lower() in TEXT_NAMES or path.stem.lower() in WORDS_FOR_READERS:
        return "text for people"
    return "tsv" if path.suffix.lower() == ".tsv" else "csv"


def json_array(start: bytes) -> bool:
    """`[` and then a value: not a CSV file or INI section that begins with a bracket."""
    return start[1:].lstrip()[:1] in (
        b"{",
        b"[",
        b"]",
        b'"',
        b"-",
        *map(bytes, zip(b"0123456789", strict=True)),
    )


def json_objects(path: Path, start: bytes) -> str:
    """JSON Lines where the first line is an object on its own, else JSON."""
    first, _, rest = start.partition(b"\n")
    closed = first.rstrip().endswith(b"}") and first.count(b"{") == first.count(b"}")
    if closed and rest.lstrip()[:1] == b"{":
        return "jsonl"
    return "jsonl" if path.suffix.lower() in (".jsonl", ".ndjson") else "json"


def is_plain(head: bytes) -> bool:
    """Text, in UTF-8, UTF-16 or one byte a character."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    zeros = head.count(b"\0")
    if zeros:  # ASCII in UTF-16 has every other byte zero
        return abs(zeros - len(head) / 2) < len(head) / 20
    control = sum(
        head[:4096].count(code) for code in range(32) if code not in (9, 10, 12, 13)
    )
    return control <= len(head[:4096]) // 100
