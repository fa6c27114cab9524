"""The sounds of a table: where they are, and what can be heard of them.

Which column holds them stands in dataloader.py; here is only how they are read.
"""

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import polars as pl
import soundfile
from scipy.signal import resample_poly
from tqdm import tqdm

# isort: split
from media import name_of

# ---- media ---------------------------------------------------------------------------

Media: TypeAlias = Path | bytes  # a file, or what is in one


# ---- sound ---------------------------------------------------------------------------

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


# ---- what is heard -------------------------------------------------------------------


def samples_of(sound: Media, rate: int, seconds: float) -> np.ndarray:
    """What is heard of a sound, float32 (samples,).

    Raises:
        ValueError: it cannot be read.
    """
    return read_sound(sound, rate, seconds)[0]


def by_length(sounds: Sequence[Media], seconds: float) -> np.ndarray:
    """Numbers of the sounds from the shortest, by their headers, cut at `seconds`."""
    durations = np.zeros(len(sounds))
    for number, sound in enumerate(sounds):
        with suppress(ValueError):  # named when it is decoded
            durations[number] = sound_facts(sound).seconds
    return np.argsort(np.minimum(durations, seconds), kind="stable")


class Listener:
    """Reads sounds one after another, and keeps account of them.

    Attributes:
        heard: Numbers of the sounds that could be read.
        facts: Of each of these: duration (s), rate (Hz), channels, loudness (dB).
        broken: Names of the others, and why.
    """

    def __init__(self, rate: int, seconds: float) -> None:
        self.rate, self.seconds = rate, seconds
        self.heard: list[int] = []
        self.facts: list[tuple[SoundFacts, float]] = []
        self.broken: list[str] = []

    def listen(self, sounds: Sequence[Media], what: str) -> Iterator[np.ndarray]:
        """The samples of each sound that can be read, float32 (samples,)."""
        for number, sound in enumerate(tqdm(sounds, what, unit="sounds", delay=1)):
            try:
                samples, facts = read_sound(sound, self.rate, self.seconds)
            except ValueError as error:
                self.broken.append(f"{name_of(sound)} ({error})")
                continue
            self.heard.append(number)
            self.facts.append((facts, loudness(samples)))
            yield samples

    def table(self, sounds: Sequence[Media], folder: Path) -> pl.DataFrame:
        """A row for each sound that could be read: its facts, and its path if it has one."""
        heard = [sounds[number] for number in self.heard]
        paths = [
            each.relative_to(folder).as_posix() if isinstance(each, Path) else None
            for each in heard
        ]
        return pl.DataFrame(
            {
                "(path)": pl.Series(paths, dtype=pl.String),
                "(duration)": [facts.seconds for facts, _ in self.facts],
                "(rate)": [facts.rate for facts, _ in self.facts],
                "(channels)": [facts.channels for facts, _ in self.facts],
                "(loudness)": [decibels for _, decibels in self.facts],
            }
        )
