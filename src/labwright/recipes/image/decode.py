"""One image as its file has it, to pixels.

What size and how many channels it gets stands in dataloader.py.
"""

from pathlib import Path

import numpy as np

from labwright.parts.image import ImageFacts, image_facts, read_image

# ---- pixels --------------------------------------------------------------------------


def pixels_of_image(
    image: Path | bytes, height: int, width: int, channels: int, white: int
) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    """Pixels, uint8 (height, width, channels), and the image's place among them.

    The place is its top, left, bottom and right; around it the pixels are 0.

    Raises:
        ValueError: it cannot be read.
    """
    return read_image(image, height, width, channels, white)


def header_of_image(image: Path | bytes) -> tuple[ImageFacts, int]:
    """What an image's header says, and the bytes of its file.

    Raises:
        ValueError: it cannot be read.
    """
    facts = image_facts(image)
    return facts, len(image) if isinstance(image, bytes) else image.stat().st_size
