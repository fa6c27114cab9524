"""Random convolutions as features of series: ROCKET.

A. Dempster, F. Petitjean and G. I. Webb (2020), ROCKET: exceptionally fast and accurate
time series classification using random convolutional kernels, Data Mining and Knowledge
Discovery 34, arXiv:1910.13051.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

KERNEL_LENGTHS = (7, 9, 11)
CONVOLVED_AT_ONCE = 2**22  # values that are convolved at once


class Kernel(NamedTuple):
    """A random convolution: over some channels, (1, channels, length)."""

    channels: Tensor
    weight: Tensor
    bias: float
    dilation: int
    padding: int


def random_kernels(count: int, channels: int, steps: int, seed: int) -> list[Kernel]:
    """Kernels as the paper draws them, for series of at most `steps` steps."""
    rng = np.random.default_rng(seed)
    kernels = []
    for _ in range(count):
        length = int(rng.choice(KERNEL_LENGTHS))
        most = np.log2(channels + 1) if channels > 1 else 1
        picked = int(2 ** rng.uniform(0, most)) if channels > 1 else 1
        chosen = rng.choice(channels, min(channels, picked), replace=False)
        weight = rng.normal(size=(len(chosen), length))
        weight -= weight.mean(axis=1, keepdims=True)
        reach = max(0.0, np.log2(max(1, steps - 1) / (length - 1)))
        dilation = int(2 ** rng.uniform(0, reach))
        kernels.append(
            Kernel(
                torch.from_numpy(np.sort(chosen)),
                torch.from_numpy(weight).float()[None],
                float(rng.uniform(-1, 1)),
                dilation,
                (length - 1) * dilation // 2 if rng.random() < 0.5 else 0,
            )
        )
    return kernels


def convolved(values: Tensor, lengths: Tensor, kernels: list[Kernel]) -> np.ndarray:
    """For each kernel the greatest output and the share of positive ones, (N, 2K).

    Args:
        values: Scaled series (N, T, C), 0 behind their ends.
        lengths: Steps of each, int64 (N,).
        kernels: From `random_kernels`.
    """
    each = max(1, CONVOLVED_AT_ONCE // max(1, values[:1].numel()))
    pairs = zip(torch.split(values, each), torch.split(lengths, each), strict=True)
    return np.concatenate([some_convolved(x, n, kernels) for x, n in pairs])


def some_convolved(
    values: Tensor, lengths: Tensor, kernels: list[Kernel]
) -> np.ndarray:
    series = values.transpose(1, 2).float()  # (N, C, T)
    features = []
    for kernel in kernels:
        span = (kernel.weight.shape[2] - 1) * kernel.dilation
        short = max(0, span + 1 - series.shape[2] - 2 * kernel.padding)
        out = (
            functional.conv1d(
                functional.pad(series[:, kernel.channels], (0, short)),
                kernel.weight,
                padding=kernel.padding,
                dilation=kernel.dilation,
            )[:, 0]
            + kernel.bias
        )  # (N, T')
        own = (lengths + 2 * kernel.padding - span).clamp(min=1, max=out.shape[1])
        inside = torch.arange(out.shape[1]) < own[:, None]
        features += [
            out.masked_fill(~inside, -torch.inf).amax(dim=1),
            ((out > 0) & inside).sum(dim=1) / own,
        ]
    return torch.stack(features, dim=1).numpy()
