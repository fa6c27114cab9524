"""Pixels of images of one size: kept in one file, or decoded whenever they are read."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from numpy.lib.format import open_memmap
from torch import Tensor

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


def count_pixels(path: Path, images: Iterable[np.ndarray], most: int) -> None:
    """Go through images without keeping them, so that the broken ones are known."""
    for _ in images:
        pass


def kept_pixels(path: Path, make: Callable[[int], np.ndarray]) -> Pixels:
    """The images that `keep_pixels` wrote, read from the disk as they are needed."""
    array = np.load(path.with_name(f"{path.name}.npy"), mmap_mode="r")
    return lambda rows: torch.from_numpy(array[rows.numpy()])


def made_pixels(path: Path, make: Callable[[int], np.ndarray]) -> Pixels:
    """The images as `make` decodes each of them anew."""
    return lambda rows: torch.from_numpy(np.stack([make(r) for r in rows.tolist()]))
