import io
import math

import numpy as np
import pytest
import soundfile

from labwright.parts.sound import loudness, read_sound, resampled, sound_facts

RATE = 16_000


def tone(hertz: float, seconds: float = 0.5, rate: int = RATE) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def stored(samples: np.ndarray, rate: int, format_: str, subtype=None) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=format_, subtype=subtype)
    return file.getvalue()


def loudest(samples: np.ndarray, rate: int) -> float:
    """The frequency, in hertz, with most power."""
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.fft.rfftfreq(len(samples), 1 / rate)[spectrum.argmax()])


@pytest.mark.parametrize("format_", ["WAV", "FLAC", "OGG", "MP3"])
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_formats_and_rates_come_out_alike(format_, rate):
    sound = stored(tone(1000, rate=rate), rate, format_)
    samples, facts = read_sound(sound, RATE, 60)
    assert facts.rate == rate and facts.channels == 1
    assert samples.dtype == np.float32
    lost = 0.1 if format_ == "MP3" else 0.001  # MP3 has frames of its own
    assert facts.seconds == pytest.approx(0.5, abs=lost)
    assert len(samples) == pytest.approx(facts.seconds * RATE, abs=2)
    middle = samples[2000:6000]
    assert loudest(middle, RATE) == pytest.approx(1000, abs=5)
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.1)


def test_a_rate_without_a_common_ratio_keeps_its_pitch():
    samples = resampled(tone(1000, rate=22_257), 22_257, RATE)
    assert loudest(samples, RATE) == pytest.approx(1000, abs=3)
    assert len(samples) == pytest.approx(RATE / 2, abs=2)


def test_what_a_lower_rate_cannot_hold_does_not_come_back_as_another_pitch():
    high = resampled(tone(7000), RATE, 8_000)  # would be heard at 1,000 Hz
    assert np.abs(high[400:-400]).max() < 0.01


def test_channels_are_averaged_and_long_sounds_cut(tmp_path):
    both = np.stack([tone(500, 3.0), np.zeros(3 * RATE, np.float32)], axis=1)
    path = tmp_path / "both.wav"
    soundfile.write(path, both, RATE, subtype="FLOAT")
    samples, facts = read_sound(path, RATE, 1.25)
    assert facts == (3.0, RATE, 2) == sound_facts(path)
    assert np.allclose(samples, both[: int(1.25 * RATE), 0] / 2)


def test_a_sound_of_one_sample_is_a_sound():
    samples, facts = read_sound(stored(np.zeros(1), 8_000, "WAV"), RATE, 60)
    assert len(samples) == 2 and facts.seconds == 1 / 8_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no sound that can be read"),
        (b"<html>not found</html>" * 50, "no sound that can be read"),
        (stored(tone(440), RATE, "FLAC")[:2000], "breaks off"),
        (stored(np.zeros(0), RATE, "WAV"), "without samples"),
        (stored(np.array([0.0, np.nan]), RATE, "WAV", "FLOAT"), "no numbers"),
        (stored(np.zeros(9), 3, "WAV"), "3 samples a second"),
    ],
    ids=["empty", "a page", "cut off", "no samples", "no numbers", "no rate"],
)
def test_a_broken_sound_is_an_error(content, said):
    with pytest.raises(ValueError, match=said):
        read_sound(content, RATE, 60)


def test_a_file_that_is_absent_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="no sound that can be read"):
        sound_facts(tmp_path / "absent.wav")


def test_loudness_is_in_decibels_of_the_greatest():
    assert loudness(np.ones(100, np.float32)) == 0
    assert loudness(tone(1000)) == pytest.approx(20 * math.log10(0.5**1.5), abs=0.01)
    assert loudness(np.zeros(100, np.float32)) == -120
