"""The sounds of a table: where they are, and what can be heard of them.

Which column holds them stands in dataloader.py; here is only how they are read.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl
from tqdm import tqdm

from labwright.parts.media import Media
from labwright.parts.sound import SoundFacts, loudness, read_sound, sound_facts
from labwright.recipes.media.media import name_of

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
