"""The sounds of a table: where they are, and what can be heard of them.

Which column holds them stands in dataloader.py; here is only how they are read.
"""

import io
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import polars as pl
import soundfile
from scipy.signal import resample_poly
from tqdm import tqdm

# isort: split
from fetch import readable

NAMED = 5  # sounds that cannot be read, in a message

# ---- media ---------------------------------------------------------------------------

Media: TypeAlias = Path | bytes  # a file, or what is in one


def media_of(cell: Any, base: Path) -> Media:
    """What a cell of a table means: a path, or bytes with a path as the Hub stores them.

    Args:
        cell: A text, or a dict with `bytes` and `path`.
        base: The table: a folder, below which paths are, or a file, beside which they are.
    """
    if isinstance(cell, dict):
        if cell["bytes"] is not None:
            return bytes(cell["bytes"])
        cell = cell["path"]
    return (base if base.is_dir() else base.parent) / str(cell)


# ---- folder --------------------------------------------------------------------------

JUNK = {"__macosx", "thumbs.db", "desktop.ini", "@eadir"}  # beside hidden files


def is_content(path: PurePosixPath) -> bool:
    """Whether a path below a folder stays in it and is no system's leftover."""
    odd = any(part.startswith(".") or part.lower() in JUNK for part in path.parts)
    return not odd and not path.is_absolute()


def files_below(folder: Path) -> list[str]:
    """Paths of the files below `folder`, relative to it, written with / and sorted."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if is_content(PurePosixPath(name))]
        inside = PurePosixPath(Path(place).relative_to(folder).as_posix())
        found += [str(inside / n) for n in names if is_content(PurePosixPath(n))]
    return sorted(found)


# ---- named files ---------------------------------------------------------------------


def files_by_name(folders: Iterable[Path]) -> dict[str, Path | None]:
    """The files below folders by their paths, names and names without an ending.

    None where two files have the name: such a name means none of them.
    """
    found: dict[str, Path | None] = {}
    for folder in folders:
        for inside in files_below(folder):
            path = folder / inside
            name = PurePosixPath(inside)
            for key in {inside, str(name.with_suffix("")), name.name, name.stem}:
                found[key] = path if found.get(key, path) == path else None
    return found


def with_files(cells: Iterable[Any], files: dict[str, Path | None]) -> list[Path]:
    """The file that each cell names; where there is none, a path that leads nowhere."""
    return [file_named(str(cell), files) or Path(str(cell)) for cell in cells]


def file_named(cell: str, files: dict[str, Path | None]) -> Path | None:
    """The file by as much of its path, from the end on, as is known."""
    parts = PurePosixPath(cell.replace("\\", "/")).parts
    for i in range(len(parts)):
        if file := files.get("/".join(parts[i:])):
            return file
    return None


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
