"""Read a folder of images, sounds or texts: a row for each file."""

from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl
from tqdm import tqdm

from labwright.parts.folder import files_below
from labwright.parts.hashing import sha256_of


def read_folder(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """What lies below a folder, in the order of the names.

    Columns: `file`, the path below the folder; `folder`, `folder_2` … the folders that
    the file lies in, null where it lies less deep; then `text`, or for images and sounds
    the `sha256` of the file.

    Args:
        path: Of the folder.
        reading: "holds" ("images", "sounds" or "texts"); "suffixes" of the files, in
            lower case; "levels", the positions of the folders that become columns, 0 for
            those right below `path`; "depth", in how many folders a file must lie,
            optional.
    """
    names = [name for name in files_below(path) if is_listed(name, reading)]
    folders = [PurePosixPath(name).parts[:-1] for name in names]
    columns = {"file": pl.Series(names, dtype=pl.String)}
    for number, level in enumerate(reading["levels"], start=1):
        values = [parts[level] if level < len(parts) else None for parts in folders]
        column = "folder" if number == 1 else f"folder_{number}"
        columns[column] = pl.Series(values, dtype=pl.String)
    read, holds = sha256_of, "sha256"
    if reading["holds"] == "texts":
        read, holds = text_of, "text"
    bar = tqdm(names, desc=f"read {path.name}", unit="files", delay=1)
    columns[holds] = pl.Series([read(path / name) for name in bar], dtype=pl.String)
    return pl.DataFrame(columns)


def is_listed(name: str, reading: dict[str, Any]) -> bool:
    """Whether a file has one of the suffixes and lies as deep as is asked for."""
    file = PurePosixPath(name)
    depth = len(file.parts) - 1
    as_deep = depth == reading.get("depth", depth)
    return as_deep and file.suffix.lower() in reading["suffixes"]


def text_of(path: Path) -> str:
    """A file's text: UTF-8, UTF-16 where it says so, else one byte a character."""
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
