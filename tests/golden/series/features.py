"""Series as features of a simple model: figures that people know, random convolutions.

For baselines.py, and for the look at what gives the target away; the model itself reads
the series.
"""

import itertools
import warnings
from typing import Any, NamedTuple

import numpy as np
import polars as pl
import torch
from torch import Tensor
from torch.nn import functional

# isort: split
from steps import scaled

KERNELS = 500  # random convolutions

# ---- summarize -----------------------------------------------------------------------

QUANTILES = (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1)
LAGS = (1, 2, 4, 8)  # steps between the values that autocorrelation compares
BANDS = 8  # of the spectrum, each twice as wide as the one below
SUMMARIZED_AT_ONCE = 2**24  # values that are looked at at once


def padded_steps(steps: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Steps (S, C) of series behind each other as (N, T, C), NaN behind each end."""
    within = np.arange(lengths.max(initial=1)) < lengths[:, None]  # (N, T)
    padded = np.full((*within.shape, steps.shape[1]), np.nan, dtype=steps.dtype)
    padded[within] = steps
    return padded


def summaries(
    steps: np.ndarray, lengths: np.ndarray, channels: list[str]
) -> dict[str, np.ndarray]:
    """Figures of each series by name, float64 (N,); NaN where one has no meaning.

    The length and, for each channel, mean and deviation, quantiles, skewness and
    kurtosis, first and last value, slope over time, mean absolute change,
    autocorrelations, shares of the spectrum's power, and the share of absent values.

    Args:
        steps: (S, C) of all series, NaN where there is no value.
        lengths: Steps of each series, (N,).
        channels: Names of the C channels.
    """
    each = max(
        1, SUMMARIZED_AT_ONCE // max(1, int(lengths.max(initial=1)))
    )  # rows at once
    found: dict[str, list[np.ndarray]] = {}
    ends = lengths.cumsum()
    for begin in range(0, len(lengths), each):
        few = lengths[begin : begin + each]
        part = steps[ends[begin] - lengths[begin] : ends[begin + len(few) - 1]]
        known: dict[str, np.ndarray] = {"length": few.astype(float)}
        for channel, name in enumerate(channels):
            values = padded_steps(part[:, [channel]], few)[:, :, 0]  # (N, T)
            figures = channel_figures(values, few)
            known |= {f"{name}: {figure}": x for figure, x in figures.items()}
        for figure, x in known.items():
            found.setdefault(figure, []).append(x)
    return {figure: np.concatenate(parts) for figure, parts in found.items()}


def channel_figures(values: np.ndarray, lengths: np.ndarray) -> dict[str, np.ndarray]:
    """Figures of one channel of each series, (N, T) with NaN, by name."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of series without a value
        known = np.isfinite(values)
        count = known.sum(axis=1)
        mean = np.nanmean(values, axis=1)
        centred = np.where(known, values - mean[:, None], 0)
        variance = (centred**2).sum(axis=1) / count
        figures = {"mean": mean, "deviation": np.sqrt(variance)}
        quantiles = np.nanquantile(values, QUANTILES, axis=1)
        figures |= {
            f"quantile {q:g}": x for q, x in zip(QUANTILES, quantiles, strict=True)
        }
        figures["skewness"] = (centred**3).sum(axis=1) / count / variance**1.5
        figures["kurtosis"] = (centred**4).sum(axis=1) / count / variance**2
        rows = np.arange(len(values))
        figures["first"] = values[rows, known.argmax(axis=1)]
        figures["last"] = values[rows, -1 - known[:, ::-1].argmax(axis=1)]
        time = np.where(known, np.arange(values.shape[1]), np.nan)
        time -= np.nanmean(time, axis=1)[:, None]
        figures["slope"] = np.nansum(time * centred, axis=1) / np.nansum(
            time**2, axis=1
        )
        figures["mean change"] = np.nanmean(np.abs(np.diff(values, axis=1)), axis=1)
        for lag in LAGS:
            products = centred[:, lag:] * centred[:, :-lag]
            figures[f"autocorrelation {lag}"] = products.sum(axis=1) / (
                variance * count
            )
        power = np.abs(np.fft.rfft(centred, axis=1)[:, 1:]) ** 2
        edges = band_edges(power.shape[1])
        for low, high in itertools.pairwise(edges):
            share = power[:, low:high].sum(axis=1) / power.sum(axis=1)
            figures[f"power {low + 1} to {high}"] = share
        figures["absent"] = 1 - count / lengths
        return {
            name: np.where(np.isfinite(x), x, np.nan) for name, x in figures.items()
        }


def band_edges(frequencies: int) -> list[int]:
    """Where bands of frequencies begin and end, each twice as wide as the one below."""
    edges = [0, *(2**i for i in range(BANDS - 1) if 2**i < frequencies), frequencies]
    return edges if frequencies else []


# ---- random kernels ------------------------------------------------------------------

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


# ---- features ------------------------------------------------------------------------


def figures(table: pl.DataFrame, fitted: dict[str, Any]) -> dict[str, np.ndarray]:
    """Mean, quantiles, slope, spectrum … of each series by name, float64 (N,)."""
    return summaries(*scaled(table, fitted), fitted["channels"])


def convolutions(table: pl.DataFrame, fitted: dict[str, Any]) -> np.ndarray:
    """What random convolutions find in each series, float32 (N, 2 x KERNELS)."""
    steps, lengths = scaled(table, fitted)
    kernels = random_kernels(KERNELS, steps.shape[1], fitted["longest"], 0)
    values = torch.from_numpy(np.nan_to_num(padded_steps(steps, lengths)))
    return convolved(values, torch.from_numpy(lengths), kernels)
