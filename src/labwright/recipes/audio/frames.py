"""From samples to what a model reads: frames of log-mel spectra, scaled for each band.

How long frames are and how many bands they have stands in dataloader.py.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from labwright.parts.frames import keep_frames, kept_frames
from labwright.parts.mel import log_mel
from labwright.parts.spec_augment import hide_bands_and_time
from labwright.recipes.audio.sounds import Listener, samples_of

SCALE_SOUNDS = 1_000  # training sounds, evenly spaced, whose frames fit the scale
LEAST_SPREAD = 1e-3  # decibels, of a band that is the same in all frames

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
