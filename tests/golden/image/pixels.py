"""From pixels to what a model reads: scaled, cut into patches, a little displaced.

How large images and patches are stands in dataloader.py.
"""

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.lib.format import open_memmap
from torch import Tensor
from torch.nn import functional

SCALE_IMAGES = 2_000  # training images, evenly spaced, whose pixels fit the scale
AT_ONCE = 256  # of these, in memory together
LEAST_SPREAD = 1.0  # of 255, of a channel that is the same in all pixels

# ---- keep pixels ---------------------------------------------------------------------

# Row numbers (B,) -> uint8 (B, H, W, C).
Pixels: TypeAlias = Callable[[Tensor], Tensor]


def keep_pixels(path: Path, images: Iterable[np.ndarray], most: int) -> None:
    """Write images, uint8 (H, W, C) each and at most `most` of them, as `path`.npy."""
    whole = path.with_name(f"{path.name}.npy")
    kept: np.ndarray | None = None
    count = 0
    for count, image in enumerate(images, start=1):
        if kept is None:
            kept = open_memmap(whole, "w+", np.uint8, (most, *image.shape))
        kept[count - 1] = image
    if kept is not None and count < most:  # some could not be read
        part = path.with_name(f"{path.name}.part.npy")
        np.save(part, kept[:count])
        part.rename(whole)


def kept_pixels(path: Path, make: Callable[[int], np.ndarray]) -> Pixels:
    """The images that `keep_pixels` wrote, read from the disk as they are needed."""
    array = np.load(path.with_name(f"{path.name}.npy"), mmap_mode="r")
    return lambda rows: torch.from_numpy(array[rows.numpy()])


# ---- patches -------------------------------------------------------------------------

PLACE_WAVES = (1, 2, 4)  # halves of a wave from the first row or column to the last


def image_patches(pixels: Tensor, boxes: Tensor, size: int, rim: int) -> Tensor:
    """Squares of images, and where each lies, row by row.

    Args:
        pixels: float32 (B, C, H, W); H and W are multiples of `size`.
        boxes: int64 (B, 4): the image's top, left, bottom and right on its canvas.
        size: Pixels from one square to the next.
        rim: Pixels around a square that are seen with it.

    Returns:
        float32 (B, T, C * (size + 2 rim)^2 + PLACES), 0 in squares outside the image.
    """
    rows, columns = pixels.shape[2] // size, pixels.shape[3] // size
    rimmed = functional.pad(pixels, (rim, rim, rim, rim))
    squares = functional.unfold(rimmed, size + 2 * rim, stride=size).transpose(1, 2)
    places = places_of(rows, columns).expand(len(pixels), -1, -1)
    seen = squares_seen(boxes, rows, columns, size)
    return torch.cat([squares, places], dim=2) * seen[:, :, None]


def squares_seen(boxes: Tensor, rows: int, columns: int, size: int) -> Tensor:
    """Which squares hold a part of the image, bool (B, rows * columns)."""
    top, left, bottom, right = boxes[:, :, None].unbind(dim=1)
    row, column = torch.arange(rows) * size, torch.arange(columns) * size
    in_rows = (row + size > top) & (row < bottom)  # (B, rows)
    in_columns = (column + size > left) & (column < right)
    return (in_rows[:, :, None] & in_columns[:, None]).flatten(1)


def places_of(rows: int, columns: int) -> Tensor:
    """Waves along both sides, float32 (rows * columns, 4 * len(PLACE_WAVES))."""
    row, column = (torch.arange(n).add(0.5) / n * 2 - 1 for n in (rows, columns))
    both = torch.cartesian_prod(row, column)  # (T, 2), each from -1 to 1
    angles = [both * (math.pi / 2 * waves) for waves in PLACE_WAVES]
    return torch.cat([wave for a in angles for wave in (a.sin(), a.cos())], dim=1)


def patch_values(channels: int, size: int, rim: int) -> int:
    """How many numbers a square becomes."""
    return int(channels * (size + 2 * rim) ** 2 + 4 * len(PLACE_WAVES))


def pixels_of(
    patches: Tensor, height: int, width: int, channels: int, size: int, rim: int
) -> Tensor:
    """The images that `image_patches` cut up, float32 (B, channels, height, width)."""
    side = size + 2 * rim
    squares = patches[:, :, : channels * side**2]
    squares = squares.view(*patches.shape[:2], channels, side, side)
    own = squares[..., rim : rim + size, rim : rim + size].flatten(2)
    return functional.fold(own.transpose(1, 2), (height, width), size, stride=size)


# ---- draws ---------------------------------------------------------------------------

GOLDEN = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio


def draws_of_rows(seed: int, epoch: int, rows: Tensor, count: int) -> Tensor:
    """Numbers in [0, 1) for each row, float32 (B, count).

    A function of seed, epoch and the row's number alone: batches may be made in any
    order, by any process, after any interruption. By SplitMix64 of Steele, Lea and Flood
    (2014), a generator whose n-th number needs none before it.
    """
    with np.errstate(over="ignore"):
        start = mixed(np.array([seed, epoch]).astype(np.uint64))
        key = mixed(start[0] + start[1] * np.uint64(3))
        first = rows.numpy().astype(np.uint64) * np.uint64(count)
        places = np.add.outer(first, np.arange(count, dtype=np.uint64))  # (B, count)
        bits = mixed(key + places * np.uint64(GOLDEN))
    # 24 bits are what a float32 below 1 holds
    return torch.from_numpy((bits >> np.uint64(40)).astype(np.float32) / 2**24)


def mixed(bits: np.ndarray) -> np.ndarray:
    """The finalizer of SplitMix64, of uint64: each bit of it depends on all bits."""
    bits = bits + np.uint64(GOLDEN)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    known: np.ndarray = bits ^ (bits >> np.uint64(31))
    return known


# ---- move images ---------------------------------------------------------------------

DRAWS = 5  # numbers that say what becomes of an image


def moved_images(
    pixels: Tensor, boxes: Tensor, draws: Tensor, most: float, flip: bool
) -> Tensor:
    """Each image with its sides stretched and displaced on its own place of the canvas.

    What would come from outside the image repeats its edge. Values between pixels are
    interpolated.

    Args:
        pixels: float32 (B, C, H, W).
        boxes: int64 (B, 4): the image's top, left, bottom and right on its canvas.
        draws: In [0, 1), float32 (B, DRAWS).
        most: Share of its sides by which an image is displaced or stretched at most.
        flip: Whether every second image is mirrored, left to right.
    """
    signs = 2 * draws - 1  # (B, DRAWS), in [-1, 1)
    mirrored = draws[:, 4] < 0.5 if flip else torch.zeros(len(draws)).bool()
    top, left, bottom, right = boxes.unbind(dim=1)
    upright = torch.zeros_like(mirrored)
    height, width = pixels.shape[2:]
    rows = places_taken(height, top, bottom, most * signs[:, :2], upright)
    columns = places_taken(width, left, right, most * signs[:, 2:4], mirrored)
    grid = torch.stack(  # (B, H, W, 2), x before y
        [
            columns[:, None].expand(-1, height, -1),
            rows[:, :, None].expand(-1, -1, width),
        ],
        dim=-1,
    )
    return functional.grid_sample(pixels, grid, align_corners=True)


def places_taken(
    side: int, start: Tensor, end: Tensor, changes: Tensor, mirrored: Tensor
) -> Tensor:
    """Where each row, or column, of a canvas is taken from: float32 (B, side).

    Between -1, the canvas' first, and 1, its last. `changes` (B, 2) are the shares by
    which the image between `start` and `end` (B,) is stretched and displaced.
    """
    first, last = start[:, None].float(), end[:, None].float() - 1
    steps = torch.arange(side, dtype=torch.float32)
    from_middle = steps - (first + last) / 2  # (B, side)
    from_middle = torch.where(mirrored[:, None], -from_middle, from_middle)
    stretched = (1 + changes[:, :1]) * from_middle + changes[:, 1:] * (last - first + 1)
    taken = torch.minimum(torch.maximum((first + last) / 2 + stretched, first), last)
    around = (steps < first) | (steps > last)  # of the image: stays as it is
    return 2 * torch.where(around, steps, taken) / max(1, side - 1) - 1


# ---- pixels --------------------------------------------------------------------------


def save(path: Path, images: Iterable[np.ndarray], most: int) -> None:
    """Write the pixels of at most `most` images, one after another."""
    keep_pixels(path, images, most)


def load(path: Path, make: Callable[[int], np.ndarray]) -> Pixels:
    """The pixels that `save` wrote; `make` decodes those of one image anew."""
    return kept_pixels(path, make)


# ---- scale ---------------------------------------------------------------------------


def fit_scale(pixels: Pixels, boxes: Tensor) -> dict[str, list[float]]:
    """Mean and spread of each channel, over training images without what is around them."""
    few = torch.linspace(0, len(boxes) - 1, min(len(boxes), SCALE_IMAGES)).long()
    counts: Any = 0  # of each value of each channel, int64 (C, 256)
    for rows in torch.split(few, AT_ONCE):
        values = pixels(rows).numpy()
        inside = inside_of(boxes[rows], *values.shape[1:3]).numpy()
        counts = counts + np.stack(
            [
                np.bincount(channel[inside], minlength=256)
                for channel in values.transpose(3, 0, 1, 2)
            ]
        )
    levels = np.arange(256)
    total = counts.sum(axis=1)
    mean = counts @ levels / total
    spread = np.sqrt(counts @ levels**2 / total - mean**2)
    return {"mean": mean.tolist(), "spread": np.maximum(spread, LEAST_SPREAD).tolist()}


def inside_of(boxes: Tensor, height: int, width: int) -> Tensor:
    """Which pixels of canvases belong to their images, bool (B, height, width)."""
    return squares_seen(boxes, height, width, 1).view(-1, height, width)


def scaled(pixels: Tensor, boxes: Tensor, fitted: dict[str, list[float]]) -> Tensor:
    """uint8 (B, H, W, C) as float32 (B, C, H, W), 0 around the images."""
    mean, spread = torch.tensor(fitted["mean"]), torch.tensor(fitted["spread"])
    values = ((pixels.float() - mean) / spread).permute(0, 3, 1, 2)
    return values * inside_of(boxes, *values.shape[2:])[:, None]


# ---- patches -------------------------------------------------------------------------


def values_of_patch(channels: int, patch: int, rim: int) -> int:
    """How many numbers the model reads of a patch."""
    return patch_values(channels, patch, rim)


def patched(pixels: Tensor, boxes: Tensor, patch: int, rim: int) -> dict[str, Tensor]:
    """What the model reads of scaled pixels (B, C, H, W): `input` and `mask`."""
    rows, columns = pixels.shape[2] // patch, pixels.shape[3] // patch
    return {
        "input": image_patches(pixels, boxes, patch, rim),
        "mask": squares_seen(boxes, rows, columns, patch),
    }


def displaced(
    batch: dict[str, Tensor],
    seed: int,
    epoch: int,
    canvas: tuple[int, int, int],
    patch: int,
    rim: int,
    most: float,
    flip: bool,
) -> dict[str, Tensor]:
    """A batch of training in which the images are displaced, stretched and mirrored."""
    draws = draws_of_rows(seed, epoch, batch["row"], DRAWS)
    pixels = pixels_of(batch["input"], *canvas, patch, rim)
    moved = moved_images(pixels, batch["box"], draws, most, flip)
    return batch | patched(moved, batch["box"], patch, rim)
