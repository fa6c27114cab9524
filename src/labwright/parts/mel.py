"""Log-mel frames of a sound: how loud each band of pitches is, frame after frame."""

from functools import cache

import numpy as np

LOWEST_HERTZ = 20.0  # below is no sound that people hear, but hum and offset
QUIETEST = 1e-10  # power that counts as silence, -100 decibels
FRAMES_AT_ONCE = 2048  # whose spectra are in memory together


def mel_of(hertz: np.ndarray | float) -> np.ndarray | float:
    """Pitch on the mel scale, as HTK has it (Young et al., The HTK Book, 5.4).

    mel = 2595 log10(1 + hertz / 700), so that 1,000 Hz are 1,000 mel (O'Shaughnessy,
    Speech Communication, 1987).
    """
    return 2595 * np.log10(1 + np.asarray(hertz) / 700)


def hertz_of(mel: np.ndarray | float) -> np.ndarray | float:
    """The inverse of `mel_of`."""
    return 700 * (10 ** (np.asarray(mel) / 2595) - 1)


def mel_edges(rate: int, bands: int) -> np.ndarray:
    """Where bands begin, have their top and end, in hertz (bands + 2,).

    Band i begins at edge i, is highest at edge i + 1 and ends at edge i + 2.
    """
    mel = np.linspace(mel_of(LOWEST_HERTZ), mel_of(rate / 2), bands + 2)
    return np.asarray(hertz_of(mel))


@cache
def mel_filters(rate: int, window: int, bands: int) -> np.ndarray:
    """How much of each frequency belongs to each band, float32 (window // 2 + 1, bands).

    Triangles over `LOWEST_HERTZ` to half the rate, evenly spaced in mel, overlapping by
    half, each with a sum of 1: a band's value is a mean, so white noise is about as
    loud in every band.
    """
    hertz = np.fft.rfftfreq(window, 1 / rate)[:, None]  # (frequencies, 1)
    edges = mel_edges(rate, bands)
    low, top, high = (edges[i : bands + i] for i in range(3))  # (bands,)
    rising, falling = (hertz - low) / (top - low), (high - hertz) / (high - top)
    filters = np.clip(np.minimum(rising, falling), 0, None)
    total = filters.sum(axis=0)
    shares: np.ndarray = filters / np.where(total > 0, total, 1)
    return shares.astype(np.float32)


def log_mel(
    samples: np.ndarray, rate: int, window: int, hop: int, bands: int, pool: int
) -> np.ndarray:
    """The loudness of bands of pitch over time.

    Args:
        samples: float32 (samples,), at `rate` a second.
        rate: Samples a second.
        window: Samples that a spectrum looks at, under a Hann window.
        hop: Samples between the middles of two spectra; the first is at the beginning.
        bands: Bands of equal width in mel.
        pool: Spectra whose mean power makes one frame.

    Returns:
        Decibels, float32 (T, bands): `frame_count(len(samples), hop, pool)` frames. A
        sine of full amplitude is below -6 in its band, by how wide the band is; silence
        is -100.
    """
    padded = np.pad(samples.astype(np.float32, copy=False), window // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, window)
    windows = windows[::hop]  # (spectra, window)
    hann = np.hanning(window + 1)[:-1].astype(np.float32)
    filters = mel_filters(rate, window, bands) / hann.sum() ** 2
    step = max(1, FRAMES_AT_ONCE // pool) * pool
    frames = []
    for start in range(0, len(windows), step):
        spectra = np.fft.rfft(windows[start : start + step] * hann)
        power = (spectra.real**2 + spectra.imag**2) @ filters  # (spectra, bands)
        ends = range(0, len(power), pool)
        counts = np.diff([*ends, len(power)])[:, None]
        frames.append(np.add.reduceat(power, list(ends), axis=0) / counts)
    decibels: np.ndarray = 10 * np.log10(np.maximum(np.concatenate(frames), QUIETEST))
    return decibels.astype(np.float32)


def frame_count(samples: int, hop: int, pool: int) -> int:
    """How many frames `log_mel` makes of so many samples."""
    return -(-(1 + samples // hop) // pool)
