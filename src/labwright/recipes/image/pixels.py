"""From pixels to what a model reads: scaled, cut into patches, a little displaced.

How large images and patches are stands in dataloader.py.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from labwright.parts.draws import draws_of_rows
from labwright.parts.keep_pixels import Pixels, keep_pixels, kept_pixels
from labwright.parts.move_images import DRAWS, moved_images
from labwright.parts.patches import (
    image_patches,
    patch_values,
    pixels_of,
    squares_seen,
)

SCALE_IMAGES = 2_000  # training images, evenly spaced, whose pixels fit the scale
AT_ONCE = 256  # of these, in memory together
LEAST_SPREAD = 1.0  # of 255, of a channel that is the same in all pixels

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
