"""Images as squares that a transformer reads one after another (Dosovitskiy et al., 2021).

arXiv:2010.11929. Each square is seen with a rim of its neighbours, which a small data
set learns more from (Lee et al., 2021, arXiv:2112.13492), and with where it lies.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional

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
