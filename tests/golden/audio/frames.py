"""From samples to what a model reads: frames of log-mel spectra, scaled for each band.

How long frames are and how many bands they have stands in dataloader.py.
"""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

# isort: split
from sounds import Listener, samples_of

SCALE_SOUNDS = 1_000  # training sounds, evenly spaced, whose frames fit the scale
LEAST_SPREAD = 1e-3  # decibels, of a band that is the same in all frames

# ---- mel -----------------------------------------------------------------------------

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


# ---- ragged --------------------------------------------------------------------------


def save_ragged(path: Path, rows: Iterable[np.ndarray]) -> None:
    """Write rows (T, …), each of its own length T, as `path`.npy and `path`_ends.npy.

    Raises:
        ValueError: there is no row.
    """
    arrays = [np.asarray(row) for row in rows]
    if not arrays:
        raise ValueError(f"expected at least one row for {path.name}, found none.")
    np.save(path.with_name(f"{path.name}.npy"), np.concatenate(arrays))
    ends = np.cumsum([len(array) for array in arrays], dtype=np.int64)
    np.save(path.with_name(f"{path.name}_ends.npy"), ends)


class Ragged:
    """What `save_ragged` wrote; the values stay on the disk until they are used.

    Attributes:
        lengths: Steps of each row, int64 (N,).
    """

    def __init__(self, path: Path) -> None:
        self.values = np.load(path.with_name(f"{path.name}.npy"), mmap_mode="r")
        ends = np.load(path.with_name(f"{path.name}_ends.npy"))
        self.starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
        self.lengths = ends - self.starts

    def __len__(self) -> int:
        return len(self.starts)

    def padded(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Some rows, padded with 0 behind their end to the longest of them.

        Returns:
            The values (B, T, …) and a mask, bool (B, T), False behind the end of a row.
            T is at least 1.
        """
        numbers = rows.numpy()
        lengths = self.lengths[numbers]
        steps = np.arange(max(1, lengths.max(initial=0)))
        known = steps < lengths[:, None]  # (B, T)
        places = self.starts[numbers][:, None] + steps
        values = np.zeros((*known.shape, *self.values.shape[1:]), self.values.dtype)
        values[known] = self.values[places[known]]
        return torch.from_numpy(values), torch.from_numpy(known)


# ---- frames --------------------------------------------------------------------------


def keep_frames(path: Path, frames: Iterable[np.ndarray]) -> None:
    """Write the frames of each sound, (T, bands), where `kept_frames` finds them."""
    save_ragged(path, frames)


def kept_frames(path: Path, make: Callable[[int], np.ndarray]) -> Ragged:
    """What `keep_frames` wrote; nothing is made anew."""
    return Ragged(path)


# ---- spec augment --------------------------------------------------------------------


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


# ---- frames --------------------------------------------------------------------------


class Form(NamedTuple):
    """How a sound becomes frames; dataloader.py says what each number means."""

    rate: int
    seconds: float
    window: int
    hop: int
    bands: int
    pool: int

    def frames(self, samples: np.ndarray) -> np.ndarray:
        """Decibels of each band over time, float16 (T, bands): exact to 0.06 dB."""
        of_form = self.rate, self.window, self.hop, self.bands, self.pool
        return log_mel(samples, *of_form).astype(np.float16)


def frames_of(sound: Path | bytes, form: Form) -> np.ndarray:
    """The frames of one sound, float16 (T, bands).

    Raises:
        ValueError: it cannot be read.
    """
    return form.frames(samples_of(sound, form.rate, form.seconds))


def prepare_frames(
    path: Path, sounds: list[Path | bytes], form: Form, what: str
) -> Listener:
    """Decode sounds and write the frames of those that can be read, as `load` finds them."""
    listener = Listener(form.rate, form.seconds)
    keep_frames(path, map(form.frames, listener.listen(sounds, what)))
    return listener


def load(path: Path, make: Callable[[int], np.ndarray]) -> Any:
    """The frames of prepared sounds; `make` makes those of one sound anew."""
    return kept_frames(path, make)


# ---- scale ---------------------------------------------------------------------------


def fit_bands(frames: Any) -> dict[str, list[float]]:
    """Mean and spread of each band in decibels, over frames of training sounds."""
    few = torch.linspace(0, len(frames) - 1, min(len(frames), SCALE_SOUNDS)).long()
    count, total, squares = 0, np.zeros(1), np.zeros(1)
    for row in few:
        values = frames.padded(row[None])[0][0].double().numpy()  # (T, bands)
        count, total = count + len(values), total + values.sum(axis=0)
        squares = squares + np.square(values).sum(axis=0)
    mean = total / count
    spread = np.sqrt(np.maximum(squares / count - mean**2, 0))
    return {"mean": mean.tolist(), "spread": np.maximum(spread, LEAST_SPREAD).tolist()}


def scaled(frames: Tensor, mask: Tensor, fitted: dict[str, list[float]]) -> Tensor:
    """Frames (B, T, bands) as the model reads them, float32; 0 where mask is False."""
    mean, spread = torch.tensor(fitted["mean"]), torch.tensor(fitted["spread"])
    input = frames.float()  # a copy, changed in place: large arrays cost to allocate
    return input.sub_(mean).div_(spread).mul_(mask[:, :, None])


# ---- augmentation --------------------------------------------------------------------


def changed(
    batch: dict[str, Tensor], draws: Tensor, bands: float, time: float
) -> dict[str, Tensor]:
    """A batch of training in which shares of bands and of time are hidden."""
    hidden = hide_bands_and_time(batch["input"], batch["mask"], draws, bands, time)
    return batch | {"input": hidden}
