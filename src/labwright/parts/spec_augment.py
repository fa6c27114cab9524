"""SpecAugment: hide some bands and some time of a sound (Park et al., 2019).

arXiv:1904.08779, here in a light form: one mask of each kind, without warping of time.
"""

import torch
from torch import Tensor


def hide_bands_and_time(
    input: Tensor, mask: Tensor, draws: Tensor, bands_hidden: float, time_hidden: float
) -> Tensor:
    """A copy of scaled frames in which neighbouring bands and frames are their mean, 0.

    Args:
        input: float32 (B, T, bands), each band scaled to a mean of 0.
        mask: Bool (B, T), False behind the end of a sound.
        draws: In [0, 1), float32 (B, 4): they say how much is hidden, and where.
        bands_hidden: Share of the bands that is hidden at most.
        time_hidden: Share of a sound's own frames that is hidden at most.
    """
    frames, bands = input.shape[1:]
    lengths = mask.sum(dim=1)
    low, high = stretch(torch.full_like(lengths, bands), bands_hidden, draws[:, :2])
    start, end = stretch(lengths, time_hidden, draws[:, 2:])
    band, frame = torch.arange(bands), torch.arange(frames)
    in_bands = (band >= low[:, None]) & (band < high[:, None])  # (B, bands)
    in_time = (frame >= start[:, None]) & (frame < end[:, None])  # (B, T)
    hidden = input.clone()
    return hidden.masked_fill_(in_bands[:, None], 0).masked_fill_(
        in_time[:, :, None], 0
    )


def stretch(whole: Tensor, share: float, draws: Tensor) -> tuple[Tensor, Tensor]:
    """Where a stretch of at most `share` of `whole` begins and ends, int64 (B,)."""
    width = (draws[:, 0] * (whole * share + 1)).long()
    start = (draws[:, 1] * (whole - width + 1)).long()
    return start, start + width
