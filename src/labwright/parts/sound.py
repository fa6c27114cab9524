"""Sounds as samples: decoded by libsndfile, mixed to one channel, brought to one rate."""

import io
import math
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile
from scipy.signal import resample_poly

SOUND_RATES = (1_000, 768_000)  # samples a second that a sound may have


class SoundFacts(NamedTuple):
    """What the header of a sound says."""

    seconds: float
    rate: int  # samples a second
    channels: int


def open_sound(sound: Path | bytes) -> soundfile.SoundFile:
    """The sound of a file, or of its bytes, ready to be read.

    Raises:
        ValueError: libsndfile cannot read it, it has no samples, or no possible rate.
    """
    try:
        stored = io.BytesIO(sound) if isinstance(sound, bytes) else sound
        opened = soundfile.SoundFile(stored)
    except (soundfile.SoundFileError, OSError, TypeError) as error:
        why = getattr(error, "error_string", type(error).__name__)  # without the path
        raise ValueError(f"no sound that can be read: {why}") from error
    low, high = SOUND_RATES
    if not low <= opened.samplerate <= high:
        opened.close()
        raise ValueError(f"{opened.samplerate} samples a second")
    if opened.frames <= 0:
        opened.close()
        raise ValueError("a sound without samples")
    return opened


def sound_facts(sound: Path | bytes) -> SoundFacts:
    """Duration, rate and channels, by the header alone.

    Raises:
        ValueError: see `open_sound`.
    """
    with open_sound(sound) as opened:
        rate = opened.samplerate
        return SoundFacts(opened.frames / rate, rate, opened.channels)


def read_sound(
    sound: Path | bytes, rate: int, seconds: float
) -> tuple[np.ndarray, SoundFacts]:
    """The beginning of a sound at another rate, and what the whole sound is.

    Args:
        sound: A file of a format that libsndfile knows, or its bytes.
        rate: Samples a second that are wanted.
        seconds: What comes later is left out.

    Returns:
        The mean of the channels, float32 (samples,), 1 being the loudest that a sound
        can be; and the facts of its header.

    Raises:
        ValueError: it cannot be decoded, or holds values that are no numbers.
    """
    with open_sound(sound) as opened:
        own = opened.samplerate
        facts = SoundFacts(opened.frames / own, own, opened.channels)
        most = min(opened.frames, max(1, round(seconds * own)))
        try:
            samples = opened.read(most, dtype="float32", always_2d=True)  # (samples, C)
        except (soundfile.SoundFileError, OSError) as error:
            raise ValueError(f"a sound that breaks off: {error}") from error
    if len(samples) == 0:
        raise ValueError("a sound without samples")
    mono = samples.mean(axis=1)
    if not np.isfinite(mono).all():
        raise ValueError("samples that are no numbers")
    return resampled(mono, own, rate), facts


def resampled(samples: np.ndarray, own: int, rate: int) -> np.ndarray:
    """Samples at another rate, without what a lower rate cannot hold.

    By a polyphase low-pass filter. Rates without a small common ratio are matched to
    within a millionth, which nobody hears, and keeps the filter short.
    """
    if own == rate:
        return samples
    ratio = Fraction(rate, own).limit_denominator(1000)
    up, down = ratio.numerator, ratio.denominator
    changed: np.ndarray = resample_poly(samples, up, down).astype(np.float32)
    return changed


def loudness(samples: np.ndarray) -> float:
    """Root mean square in decibels of the greatest possible, -120 for silence."""
    power = float(np.square(samples, dtype=np.float64).mean())
    return round(10 * math.log10(max(power, 1e-12)), 2)
