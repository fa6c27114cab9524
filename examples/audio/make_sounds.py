"""Makes sounds.zip: thirty short notes of three instruments that nobody has built.

    python examples/audio/make_sounds.py

They are computed, not recorded, so that the example is small and anybody's. Pitch, length
and loudness are drawn by chance; some sounds are stereo, some have another rate or format.
"""

import io
import zipfile
from pathlib import Path

import numpy as np
import soundfile

INSTRUMENTS = ("bell", "drum", "organ")
EACH = 10
SEED = 0


def note(instrument: str, rate: int, rng: np.random.Generator) -> np.ndarray:
    """One note, float64 (samples,), of 0.12 to 0.3 seconds."""
    time = np.arange(round(rng.uniform(0.12, 0.3) * rate)) / rate
    pitch = 220 * 2 ** rng.uniform(0, 1)  # hertz
    if instrument == "drum":  # noise that dies away, around a falling tone
        sound = rng.normal(0, 0.5, len(time)) * np.exp(-time * 30)
        sound += np.sin(2 * np.pi * pitch / 3 * time * np.exp(-time * 4))
    else:  # partials that are not multiples of the pitch, or that are
        partials = (1, 2.76, 5.4, 8.93) if instrument == "bell" else (1, 2, 3, 4)
        fall = 12 if instrument == "bell" else 0
        sound = sum(
            np.sin(2 * np.pi * pitch * p * time)
            * np.exp(-time * fall * p**0.5)
            / p**0.5
            for p in partials
            if pitch * p < rate / 2
        )
    return rng.uniform(0.2, 0.9) * sound / np.abs(sound).max()


def main() -> None:
    rng = np.random.default_rng(SEED)
    path = Path(__file__).parent / "sounds.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(EACH * len(INSTRUMENTS)):
            instrument = INSTRUMENTS[number % len(INSTRUMENTS)]
            rate = 11_025 if number % 5 == 4 else 8_000
            sound = note(instrument, rate, rng)
            if number % 7 == 3:
                sound = np.stack([sound, 0.5 * sound], axis=1)
            suffix = ".wav" if number % 11 == 5 else ".flac"
            file = io.BytesIO()
            soundfile.write(
                file,
                sound,
                rate,
                format=suffix[1:].upper(),
                subtype="PCM_U8" if suffix == ".wav" else "PCM_S8",
            )
            member = zipfile.ZipInfo(f"sounds/{instrument}/{number:02}{suffix}")
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, file.getvalue())


if __name__ == "__main__":
    main()
