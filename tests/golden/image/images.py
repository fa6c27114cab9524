"""The images of a table: where they are, decoded to one size, and which are broken.

Which column holds them and what size they get stands in dataloader.py.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from tqdm import tqdm

# isort: split
from decode import header_of_image, pixels_of_image
from fetch import readable

NAMED = 5  # images that cannot be read, in a message
AT_ONCE = 256  # images that are in memory together, decoded by a few threads
THREADS = 4

# ---- media ---------------------------------------------------------------------------

Media: TypeAlias = Path | bytes  # a file, or what is in one


def media_of(cell: Any, base: Path) -> Media:
    """What a cell of a table means: a path, or bytes with a path as the Hub stores them.

    Args:
        cell: A text, or a dict with `bytes` and `path`.
        base: The table: a folder, below which paths are, or a file, beside which they are.
    """
    if isinstance(cell, dict):
        if cell["bytes"] is not None:
            return bytes(cell["bytes"])
        cell = cell["path"]
    return (base if base.is_dir() else base.parent) / str(cell)


# ---- folder --------------------------------------------------------------------------

JUNK = {"__macosx", "thumbs.db", "desktop.ini", "@eadir"}  # beside hidden files


def is_content(path: PurePosixPath) -> bool:
    """Whether a path below a folder stays in it and is no system's leftover."""
    odd = any(part.startswith(".") or part.lower() in JUNK for part in path.parts)
    return not odd and not path.is_absolute()


def files_below(folder: Path) -> list[str]:
    """Paths of the files below `folder`, relative to it, written with / and sorted."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if is_content(PurePosixPath(name))]
        inside = PurePosixPath(Path(place).relative_to(folder).as_posix())
        found += [str(inside / n) for n in names if is_content(PurePosixPath(n))]
    return sorted(found)


# ---- named files ---------------------------------------------------------------------


def files_by_name(folders: Iterable[Path]) -> dict[str, Path | None]:
    """The files below folders by their paths, names and names without an ending.

    None where two files have the name: such a name means none of them.
    """
    found: dict[str, Path | None] = {}
    for folder in folders:
        for inside in files_below(folder):
            path = folder / inside
            name = PurePosixPath(inside)
            for key in {inside, str(name.with_suffix("")), name.name, name.stem}:
                found[key] = path if found.get(key, path) == path else None
    return found


def with_files(cells: Iterable[Any], files: dict[str, Path | None]) -> list[Path]:
    """The file that each cell names; where there is none, a path that leads nowhere."""
    return [file_named(str(cell), files) or Path(str(cell)) for cell in cells]


def file_named(cell: str, files: dict[str, Path | None]) -> Path | None:
    """The file by as much of its path, from the end on, as is known."""
    parts = PurePosixPath(cell.replace("\\", "/")).parts
    for i in range(len(parts)):
        if file := files.get("/".join(parts[i:])):
            return file
    return None


# ---- from cells to images ------------------------------------------------------------


def images_of(
    table: pl.DataFrame,
    column: str,
    folder: Path,
    tables: list[str],
    folders: list[str],
) -> list[Media]:
    """The image of each row: its bytes, or its file.

    A file lies below or beside the row's table, or in one of `folders`, which hold the
    images that a table names.
    """
    cells, names = table[column].to_list(), table["(file)"].to_list()
    if folders:
        return [*with_files(cells, files_by_name(readable(folder, folders)))]
    bases = dict(zip(tables, readable(folder, tables), strict=True))
    return [
        media_of(cell, bases[name]) for cell, name in zip(cells, names, strict=True)
    ]


def name_of(image: Media) -> str:
    """How a message names an image."""
    return (
        image.name if isinstance(image, Path) else f"an image of {len(image):,} bytes"
    )


# ---- what is seen --------------------------------------------------------------------


class Viewer:
    """Decodes images one after another, and keeps account of them.

    Attributes:
        seen: Numbers of the images that could be read.
        boxes: Place of each of these on its canvas: top, left, bottom, right.
        facts: What the header of each of these says, and its bytes.
        broken: Names of the others, and why.
    """

    def __init__(self, height: int, width: int, channels: int, white: int) -> None:
        self.form = (height, width, channels, white)
        self.seen: list[int] = []
        self.boxes: list[tuple[int, int, int, int]] = []
        self.facts: list[Any] = []
        self.broken: list[str] = []

    def view(self, images: Sequence[Media], what: str) -> Iterator[np.ndarray]:
        """The pixels of each image that can be read, uint8 (height, width, channels)."""
        with (
            ThreadPoolExecutor(THREADS) as pool,
            tqdm(total=len(images), desc=what, unit="images", delay=1) as bar,
        ):
            for first in range(0, len(images), AT_ONCE):
                few = images[first : first + AT_ONCE]
                for number, found in enumerate(pool.map(self.look, few), first):
                    bar.update()
                    if isinstance(found, str):
                        self.broken.append(f"{name_of(images[number])} ({found})")
                        continue
                    pixels, box, facts = found
                    self.seen.append(number)
                    self.boxes.append(box)
                    self.facts.append(facts)
                    yield pixels

    def look(self, image: Media) -> Any:
        """Pixels, place and facts of an image, or why it cannot be read."""
        try:
            facts = header_of_image(image)
            return *pixels_of_image(image, *self.form), facts
        except ValueError as error:
            return str(error)

    def table(self, images: Sequence[Media], folder: Path) -> pl.DataFrame:
        """A row for each image that could be read: its facts, and its path if it has one."""
        seen = [images[number] for number in self.seen]
        paths = [
            each.relative_to(folder).as_posix() if isinstance(each, Path) else None
            for each in seen
        ]
        facts = [fact for fact, _ in self.facts]
        return pl.DataFrame(
            {
                "(path)": pl.Series(paths, dtype=pl.String),
                "(height)": pl.Series([f.height for f in facts], dtype=pl.Int64),
                "(width)": pl.Series([f.width for f in facts], dtype=pl.Int64),
                "(mode)": pl.Series([f.mode for f in facts], dtype=pl.String),
                "(form)": pl.Series([f.form for f in facts], dtype=pl.String),
                "(bytes)": pl.Series([size for _, size in self.facts], dtype=pl.Int64),
            }
        )


def refuse_many(broken: list[str], images: int, most: float) -> str:
    """What is to be said of images that cannot be read.

    Raises:
        ValueError: they are more than the share `most` of all.
    """
    shown = ", ".join(broken[:NAMED]) + (" …" if len(broken) > NAMED else "")
    said = f"{len(broken):,} of {images:,} images cannot be read: {shown}"
    if len(broken) > most * images:
        raise ValueError(
            f"expected images that can be read but for {most:.1%} of them, found that "
            f"{said}. Mend or remove these, or raise MAX_BROKEN in dataloader.py."
        )
    return said
