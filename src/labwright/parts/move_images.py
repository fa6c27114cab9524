"""Images a little displaced, larger or smaller, as another photograph might show them."""

import torch
from torch import Tensor
from torch.nn import functional

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
