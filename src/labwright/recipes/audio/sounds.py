"""The sounds of a table: where they are, and what can be heard of them.

Which column holds them stands in dataloader.py; here is only how they are read.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl
from tqdm import tqdm

from labwright.parts.media import Media, media_of
from labwright.parts.named_files import files_by_name, with_files
from labwright.parts.sound import SoundFacts, loudness, read_sound, sound_facts
from labwright.recipes.shared.fetch import readable

NAMED = 5  # sounds that cannot be read, in a message

# ---- from cells to sounds ------------------------------------------------------------


def sounds_of(
    table: pl.DataFrame,
    column: str,
    folder: Path,
    tables: list[str],
    folders: list[str],
) -> list[Media]:
    """The sound of each row: its bytes, or its file.

    A file lies below or beside the row's table, or in one of `folders`, which hold the
    sounds that a table names.
    """
    cells, names = table[column].to_list(), table["(file)"].to_list()
    if folders:
        return [*with_files(cells, files_by_name(readable(folder, folders)))]
    bases = dict(zip(tables, readable(folder, tables), strict=True))
    return [
        media_of(cell, bases[name]) for cell, name in zip(cells, names, strict=True)
    ]


def name_of(sound: Media) -> str:
    """How a message names a sound."""
    return sound.name if isinstance(sound, Path) else f"a sound of {len(sound):,} bytes"


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


def refuse_many(broken: list[str], sounds: int, most: float) -> str:
    """What is to be said of sounds that cannot be read.

    Raises:
        ValueError: they are more than the share `most` of all.
    """
    shown = ", ".join(broken[:NAMED]) + (" …" if len(broken) > NAMED else "")
    said = f"{len(broken):,} of {sounds:,} sounds cannot be read: {shown}"
    if len(broken) > most * sounds:
        raise ValueError(
            f"expected sounds that can be read but for {most:.1%} of them, found that "
            f"{said}. Mend or remove these, or raise MAX_BROKEN in dataloader.py."
        )
    return said
