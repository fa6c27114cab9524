"""Whole series as a few figures each: what linear models are given to read."""

import itertools
import warnings

import numpy as np

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
