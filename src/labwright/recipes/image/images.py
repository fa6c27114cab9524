"""The images of a table: where they are, decoded to one size, and which are broken.

Which column holds them and what size they get stands in dataloader.py.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from tqdm import tqdm

from labwright.parts.media import Media, media_of
from labwright.parts.named_files import files_by_name, with_files
from labwright.recipes.image.decode import header_of_image, pixels_of_image
from labwright.recipes.shared.fetch import readable

NAMED = 5  # images that cannot be read, in a message
AT_ONCE = 256  # images that are in memory together, decoded by a few threads
THREADS = 4

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
