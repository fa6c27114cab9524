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

from labwright.parts.media import Media
from labwright.recipes.image.decode import header_of_image, pixels_of_image
from labwright.recipes.media.media import name_of

AT_ONCE = 256  # images that are in memory together, decoded by a few threads
THREADS = 4

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
