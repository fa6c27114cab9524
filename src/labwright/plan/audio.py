"""Sounds: which column holds them, and how one becomes frames that a model reads.

Measured on training sounds: what their headers say of all of them, or of evenly spaced
ones, and what is heard in a few.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from labwright.acquire.acquired import Acquired
from labwright.errors import ReadError
from labwright.plan.decisions import Decision
from labwright.plan.encoding import Encoding, Material
from labwright.plan.media import find_media, media_folders
from labwright.plan.recipe import RecipeChoice
from labwright.plan.say import count, percent
from labwright.profile.facts import TableProfile
from labwright.task.model import Task

if TYPE_CHECKING:
    from labwright.parts.sound import SoundFacts

HEADERS = 2_000  # training sounds whose header is read
HEARD = 100  # of these, that are decoded
UNREADABLE = 0.01  # share of sounds that may be unreadable in later data
MOST_UNREADABLE = 0.2  # share from which these are no sounds

HIGHEST_RATE = 32_000  # samples a second; what is above 16 kHz tells little of a sound
WINDOW_SECONDS = 0.05  # of a spectrum: 20 Hz apart can be told from each other
BANDS = (128, 96, 80, 64, 40, 20)  # as many as each has a frequency of its own
MOST_FRAMES = 160  # of a sound: attention looks at every pair of them
COMMON = 0.99  # share of the sounds that is heard to their end
MOST_TIMES = 8  # the median duration that is heard of a long sound, at least

KEPT_BYTES = 4 * 2**30  # of frames that are prepared once
WORKERS = 4  # processes that decode where frames are not kept
FRAMES_AT_ONCE = 131_072  # that the model reads without gradients
CHECKED_SOUNDS = 64  # of each part, that check.py decodes again

WORDS = {
    "sound", "sounds", "audio", "acoustic", "recording", "recordings", "heard", "noise",
    "noises", "speech", "voice", "voices", "spoken", "speaker", "speakers", "said",
    "music", "song", "songs", "melody", "tone", "tones", "call", "calls", "cough",
    "microphone", "instrument", "instruments",
}  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """What was found out about sounds.

    Attributes:
        rows: Sounds that were looked at.
        facts: Of those that can be read.
        broken: What is wrong with the others.
        decoded: Sounds of which the samples were looked at.
        silent: Of these, that hold nothing but zeros.
    """

    rows: int
    facts: Sequence["SoundFacts"]
    broken: Sequence[str]
    decoded: int
    silent: int

    @property
    def seconds(self) -> np.ndarray:
        """Duration of each sound."""
        return np.array([facts.seconds for facts in self.facts])

    @property
    def length(self) -> str:
        """The durations in words."""
        low, middle, high = np.quantile(self.seconds, (0, 0.5, 1))
        if high - low < 0.01 * high:
            return f"{middle:.3g} s each"
        return f"{low:.3g} to {high:.3g} s, median {middle:.3g} s"


# ---- which column holds sounds


def find_sounds(
    task: Task, table: TableProfile, acquired: Acquired
) -> RecipeChoice | None:
    """A folder of sounds, or a column with paths of sounds or with sounds themselves."""
    return find_media(task, table, acquired, "sound", "audio", WORDS)


def folders_of(material: Material) -> list[str]:
    """The folders in which the sounds are that a table names; none for other forms."""
    table = material.table
    named = table.columns[material.recipe.columns[0]].kind != "media"
    if table.files[0].reader == "read_folder" or not named:
        return []
    return media_folders(material.acquired, "sound")


# ---- what the sounds are like


def listen(material: Material) -> Heard:
    """Look at the headers of training sounds, and into a few.

    Raises:
        ReadError: too many cannot be read.
    """
    from labwright.parts.sound import read_sound, sound_facts

    sounds = training_sounds(material)
    facts, broken, silent, decoded = [], [], 0, 0
    step = max(1, len(sounds) // HEARD)
    for number, sound in enumerate(sounds):
        try:
            facts.append(sound_facts(sound))
            if number % step == 0:
                samples, _ = read_sound(sound, facts[-1].rate, 60.0)
                decoded, silent = decoded + 1, silent + int(not samples.any())
        except ValueError as error:
            name = sound.name if isinstance(sound, Path) else "a sound"
            broken.append(f"{name} ({error})")
    if len(broken) > MOST_UNREADABLE * len(sounds):
        raise ReadError(
            f"sounds in the column `{material.recipe.columns[0]}`",
            f"{len(broken):,} of {len(sounds):,} that cannot be read: "
            + ", ".join(broken[:3]),
            "Formats are WAV, FLAC, OGG, MP3 and AIFF. Mend or remove the others.",
            key=material.recipe.columns[0],
        )
    return Heard(len(sounds), facts, broken, decoded, silent)


def training_sounds(material: Material) -> list[Path | bytes]:
    """At most HEADERS training sounds, evenly spaced."""
    from labwright.parts import unpack
    from labwright.parts.media import media_of
    from labwright.parts.named_files import files_by_name, with_files

    acquired, column = material.acquired, material.recipe.columns[0]
    unpacked = getattr(unpack, acquired.unpacked)
    rows = np.linspace(0, len(material.train) - 1, min(len(material.train), HEADERS))
    chosen = rows.astype(np.int64)
    cells = material.train[column].gather(chosen)
    if folders := folders_of(material):
        found = with_files(cells, files_by_name(unpacked(acquired.folder, folders)))
        return list(found)
    tables = [file.path for file in material.table.files]
    bases = dict(zip(tables, unpacked(acquired.folder, tables), strict=True))
    files = material.files.gather(chosen)
    return [
        media_of(cell, bases[file]) for cell, file in zip(cells, files, strict=True)
    ]


# ---- how they are read


def choose_rate(heard: Heard) -> tuple[int, str]:
    """The commonest rate, of several the highest, but no more than HIGHEST_RATE."""
    rates = Counter(facts.rate for facts in heard.facts)
    common, rows = max(rates.items(), key=lambda item: (item[1], item[0]))
    share = percent(rows / len(heard.facts))
    reason = f"all {len(heard.facts):,} training sounds looked at have it"
    if len(rates) > 1:
        low, high = min(rates), max(rates)
        reason = (
            f"the commonest, {share} of {len(heard.facts):,} training sounds looked at; "
            f"{low:,} to {high:,} occur, and are brought to it by a low-pass filter"
        )
    if common > HIGHEST_RATE:
        reason = (
            f"{common:,}, {reason}, would hold what is above {HIGHEST_RATE // 2:,} Hz, "
            "which tells little"
        )
    return min(common, HIGHEST_RATE), reason


def choose_seconds(heard: Heard) -> tuple[float, str]:
    """What is heard of a sound: all of nearly all, unless a few are very much longer."""
    seconds = heard.seconds
    enough, median = np.quantile(seconds, (COMMON, 0.5), method="higher")
    most = min(enough, max(MOST_TIMES * median, 1.0))
    most = math.ceil(most * 100) / 100
    cut = float((seconds > most).mean())
    lost = float(np.maximum(seconds - most, 0).sum() / seconds.sum())
    if not cut:
        return most, f"the sounds have {heard.length}: each is heard to its end"
    return most, (
        f"the sounds have {heard.length}: {percent(cut)} of them are cut there, which "
        f"leaves out {percent(lost)} of the time"
    )


def choose_window(rate: int) -> int:
    """The power of two of samples that is nearest to WINDOW_SECONDS, for fast spectra."""
    return int(2 ** round(math.log2(WINDOW_SECONDS * rate)))


def choose_bands(rate: int, window: int) -> int:
    """As many of BANDS as leave none without a frequency of its own."""
    from labwright.parts.mel import mel_filters

    fits = (n for n in BANDS if (mel_filters(rate, window, n).sum(axis=0) > 0).all())
    return next(fits, BANDS[-1])


def encode_audio(material: Material) -> Encoding:
    """How the sounds become frames.

    Raises:
        ReadError: too many sounds cannot be read.
    """
    from labwright.parts.mel import frame_count

    heard = listen(material)
    rate, why_rate = choose_rate(heard)
    seconds, why_seconds = choose_seconds(heard)
    window = choose_window(rate)
    hop, bands = window // 4, choose_bands(rate, window)
    most = math.ceil(frame_count(round(seconds * rate), hop, 1))
    pool = math.ceil(most / MOST_FRAMES)
    lengths = [
        frame_count(round(min(each, seconds) * rate), hop, pool)
        for each in heard.seconds
    ]
    longest, steps = max(lengths), round(float(np.mean(lengths)))
    share = len(heard.broken) / heard.rows
    size = sum(material.rows.values()) * steps * bands * 2
    column = material.recipe.columns[0]
    files = material.table.columns[column].kind != "media"
    kept = size <= KEPT_BYTES or not files
    pooled = f", the mean of {pool} spectra" if pool > 1 else ""
    decisions = [
        Decision("sounds", count(heard.rows, "sound") + " looked at", in_words(heard)),
        Decision("sample rate", rate, why_rate),
        Decision("seconds", seconds, why_seconds),
        Decision(
            "frames",
            f"at most {longest} of {bands} bands, one every "
            f"{1000 * hop * pool / rate:.0f} ms",
            f"spectra of {1000 * window / rate:.0f} ms, a quarter apart{pooled}: at most "
            f"{MOST_FRAMES} frames, since attention looks at every pair of them",
        ),
        Decision(
            "augmentation",
            "an eighth of the bands and of the time is hidden at most",
            "of training sounds only, other ones in each epoch (SpecAugment)",
        ),
        about_keeping(kept, size),
    ]
    constants = {
        "SOUND": column,
        "FOLDERS": folders_of(material),
        "EQUAL_IN": list(material.recipe.equal_in or material.recipe.columns),
        "RATE": rate,
        "MAX_SECONDS": seconds,
        "WINDOW": window,
        "HOP": hop,
        "SPECTRA": pool,
        "BANDS": bands,
        "MAX_BROKEN": max(UNREADABLE, math.ceil(200 * share) / 100),
        "INFERENCE_ROWS": 2
        ** int(math.log2(max(1, min(1024, FRAMES_AT_ONCE // longest)))),
        "ENCODED_AGAIN": CHECKED_SOUNDS,
        "NUM_WORKERS": 0 if kept else WORKERS,
    }
    others = [n for n in material.identifiers if n not in constants["EQUAL_IN"]]
    constants["IDENTIFIERS"] = [column, *others] if files else others
    names = (
        {} if kept else {"keep_frames": "count_frames", "kept_frames": "made_frames"}
    )
    return Encoding(steps, tuple(decisions), constants, names, warnings_of(heard))


def in_words(heard: Heard) -> str:
    """Durations, channels and what is wrong with the sounds."""
    channels = Counter(facts.channels for facts in heard.facts)
    stereo = 1 - channels[1] / len(heard.facts)
    said = [f"{heard.length}; "]
    said += [
        f"{percent(stereo)} have several channels, whose mean is taken"
        if stereo
        else "one channel"
    ]
    if heard.broken:
        shown = ", ".join(heard.broken[:3])
        said += [f"; {len(heard.broken):,} cannot be read and are left out: {shown}"]
    if heard.silent:
        said += [f"; {heard.silent:,} of {heard.decoded:,} heard are silent, and stay"]
    return "".join(said)


def about_keeping(kept: bool, size: int) -> Decision:
    """Whether frames are prepared once, and how many processes load them."""
    frames, most = f"{size / 2**20:,.1f} MiB of frames", f"{KEPT_BYTES / 2**30:.0f} GiB"
    if kept:
        reason = f"{frames}, of at most {most}, are prepared once: processes only cost"
        return Decision("num_workers", 0, reason)
    reason = f"{frames} are more than {most}: sounds are decoded when they are read"
    return Decision("num_workers", WORKERS, reason)


def warnings_of(heard: Heard) -> tuple[str, ...]:
    """Doubts about the sounds, each with what to do."""
    found = []
    if heard.broken:
        found.append(
            f"{len(heard.broken):,} of {heard.rows:,} training sounds cannot be read "
            f"({', '.join(heard.broken[:3])}): they are left out. Mend them, or remove "
            "them from the data."
        )
    if heard.silent > heard.decoded / 10:
        found.append(
            f"{heard.silent:,} of {heard.decoded:,} training sounds are silent: a model "
            "can only guess there. Is the data whole?"
        )
    return tuple(found)
