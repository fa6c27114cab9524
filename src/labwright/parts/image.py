"""Images as files have them, to pixels of one size.

Any form that Pillow reads: grey, colour, palette, 16 bits, with what is transparent over
white, turned as the camera says (EXIF), of an animation the first frame.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 100_000_000  # of one image; more are a mistake, or meant to fill memory
TURNED = (5, 6, 7, 8)  # EXIF orientations that swap height and width
ORIENTATION = 0x0112  # its EXIF tag


@dataclass(frozen=True)
class ImageFacts:
    """What an image's header says.

    Attributes:
        height: Pixels, as a person sees it.
        width: Likewise.
        mode: Pillow's name of how pixels are stored: "L", "RGB", "P", "I;16" …
        form: Of the file: "PNG", "JPEG" …
    """

    height: int
    width: int
    mode: str
    form: str


def image_facts(file: Path | bytes) -> ImageFacts:
    """What the header says; no pixel is decoded.

    Raises:
        ValueError: it is no image, or too large a one.
    """
    try:
        with opened(file) as image:
            width, height = image.size
            if image.getexif().get(ORIENTATION) in TURNED:
                width, height = height, width
            return ImageFacts(height, width, image.mode, image.format or "")
    except Exception as error:  # a damaged file makes decoders raise almost anything
        raise ValueError(reason_of(error)) from error


def look_into(file: Path | bytes) -> tuple[bool, float]:
    """Whether an image has no colour, and its highest value if it has more than 8 bits.

    Raises:
        ValueError: it is no image, a damaged one, or too large a one.
    """
    try:
        with opened(file) as image:
            if is_deep(image):
                return True, float(np.asarray(image).max())
            pixels = np.asarray(plain_image(image, 3, 255))
    except Exception as error:  # a damaged file makes decoders raise almost anything
        raise ValueError(reason_of(error)) from error
    return bool((pixels == pixels[:, :, :1]).all()), 0.0


def read_image(
    file: Path | bytes, height: int, width: int, channels: int, white: int = 255
) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    """An image scaled to fit, its form kept, into the middle of a canvas.

    Args:
        file: The file, or what is in it.
        height: Of the canvas, in pixels.
        width: Likewise.
        channels: 1 for grey, 3 for red, green and blue.
        white: The brightest value of images with more than 8 bits.

    Returns:
        uint8 (height, width, channels), 0 around the image; and the image's place in
        it: top, left, bottom, right, the last two just outside.

    Raises:
        ValueError: it is no image, a damaged one, or too large a one.
    """
    try:
        with opened(file) as image:
            largest = 2 * max(height, width)
            image.draft("L" if channels == 1 else "RGB", (largest, largest))  # JPEG
            pixels = plain_image(ImageOps.exif_transpose(image), channels, white)
    except Exception as error:  # a damaged file makes decoders raise almost anything
        raise ValueError(reason_of(error)) from error
    scale = min(height / pixels.height, width / pixels.width)
    rows = min(height, max(1, round(scale * pixels.height)))
    columns = min(width, max(1, round(scale * pixels.width)))
    if (columns, rows) != pixels.size:
        pixels = pixels.resize((columns, rows), Image.Resampling.BICUBIC)
    top, left = (height - rows) // 2, (width - columns) // 2
    canvas = np.zeros((height, width, channels), np.uint8)
    values = np.asarray(pixels).reshape(rows, columns, channels)
    canvas[top : top + rows, left : left + columns] = values
    return canvas, (top, left, top + rows, left + columns)


def opened(file: Path | bytes) -> Image.Image:
    """The image, of which only the header is read yet."""
    image = Image.open(io.BytesIO(file) if isinstance(file, bytes) else file)
    if image.width * image.height > MOST_PIXELS:
        size = f"{image.width} x {image.height}"
        raise ValueError(f"{size} pixels, more than {MOST_PIXELS:,}")
    return image


def plain_image(image: Image.Image, channels: int, white: int) -> Image.Image:
    """Grey ("L") or colour ("RGB"), 8 bits, nothing transparent."""
    if is_deep(image):
        values = np.asarray(image, dtype=np.float64) * (255 / white)
        image = Image.fromarray(values.round().clip(0, 255).astype(np.uint8))
    if "A" in image.getbands() or "transparency" in image.info:
        seen = image.convert("RGBA")
        image = Image.new("RGBA", seen.size, "white")
        image.alpha_composite(seen)
    return image.convert("L" if channels == 1 else "RGB")


def is_deep(image: Image.Image) -> bool:
    """Whether brightness has more than 8 bits."""
    return image.mode == "F" or image.mode.startswith("I")


def reason_of(error: Exception) -> str:
    """Why an image cannot be read, in a few words."""
    if isinstance(error, UnidentifiedImageError):
        return "no image"
    return str(error).splitlines()[0] if str(error) else type(error).__name__
