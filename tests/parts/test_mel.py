import numpy as np
import pytest

from labwright.parts.mel import (
    frame_count,
    hertz_of,
    log_mel,
    mel_edges,
    mel_filters,
    mel_of,
)

RATE = 16_000
FORM = {"window": 1024, "hop": 256, "bands": 128, "pool": 1}


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.sin(2 * np.pi * hertz * time).astype(np.float32)


def test_the_scale_is_that_of_htk():
    # The values of htkmel2hz / hz2htkmel as libraries have them: 1,000 Hz are 1,000 mel.
    known = {0: 0.0, 60: 92.6, 440: 549.64, 1000: 999.99, 4000: 2146.06, 8000: 2840.02}
    for hertz, mel in known.items():
        assert mel_of(hertz) == pytest.approx(mel, abs=0.1)
        assert hertz_of(mel_of(hertz)) == pytest.approx(hertz)


def test_filters_are_triangles_with_a_sum_of_one():
    filters = mel_filters(RATE, 1024, 40)
    assert filters.shape == (513, 40)
    assert np.allclose(filters.sum(axis=0), 1, atol=1e-6)
    assert (np.diff(filters.argmax(axis=0)) > 0).all()
    for band in filters.T:  # up to one top, then down
        steps = np.sign(np.diff(band[band > 0]))
        assert (np.diff(steps) <= 0).all()


@pytest.mark.parametrize("hertz", [131, 440, 1000, 3000, 7000])
def test_a_tone_is_loudest_in_its_band(hertz):
    frames = log_mel(tone(hertz), RATE, **FORM)
    tops = mel_edges(RATE, 128)[1:-1]
    nearest = np.abs(mel_of(tops) - mel_of(hertz)).argmin()
    assert frames.shape == (frame_count(RATE, 256, 1), 128)
    assert frames.dtype == np.float32
    assert abs(int(frames[30].argmax()) - int(nearest)) <= 1


def test_ten_times_the_amplitude_is_twenty_decibels():
    loud, quiet = (log_mel(x * tone(1000), RATE, **FORM) for x in (1.0, 0.1))
    assert loud[30].max() - quiet[30].max() == pytest.approx(20, abs=1e-3)
    assert -20 < loud[30].max() < -6


def test_white_noise_is_about_as_loud_in_every_band():
    noise = np.random.default_rng(0).normal(0, 0.1, 30 * RATE)
    mean = log_mel(noise, RATE, **FORM | {"pool": 1900})[0]
    assert np.ptp(mean) < 2.5


def test_silence_is_the_quietest_and_finite():
    assert (log_mel(np.zeros(RATE, np.float32), RATE, **FORM) == -100).all()


@pytest.mark.parametrize("samples", [1, 100, 1600, 16_000, 16_128])
@pytest.mark.parametrize("pool", [1, 7, 5000])
def test_frames_are_as_many_as_said(samples, pool):
    sound = np.random.default_rng(0).normal(0, 0.1, samples)
    frames = log_mel(sound, RATE, **FORM | {"pool": pool})
    assert len(frames) == frame_count(samples, 256, pool)


def test_pooling_is_the_mean_of_power_whatever_is_in_memory_at_once():
    sound = np.random.default_rng(0).normal(0, 0.1, 50 * RATE)
    single = 10 ** (log_mel(sound, RATE, **FORM) / 10)
    pooled = 10 ** (log_mel(sound, RATE, **FORM | {"pool": 3}) / 10)
    assert np.allclose(pooled[5], single[15:18].mean(axis=0), rtol=1e-4)
    assert np.allclose(pooled[1000], single[3000:3003].mean(axis=0), rtol=1e-4)
    assert np.allclose(
        pooled[-1], single[3 * len(pooled) - 3 :].mean(axis=0), rtol=1e-4
    )


def test_spectra_are_those_of_torch():
    torch = pytest.importorskip("torch")
    sound = np.random.default_rng(0).normal(0, 0.1, RATE).astype(np.float32)
    window = torch.hann_window(1024)
    spectra = torch.stft(
        torch.from_numpy(sound),
        1024,
        256,
        window=window,
        pad_mode="constant",
        return_complex=True,
    )
    power = (spectra.abs() ** 2).T.numpy() / float(window.sum()) ** 2
    expected = 10 * np.log10(power @ mel_filters(RATE, 1024, 128))
    assert np.allclose(log_mel(sound, RATE, **FORM), expected, atol=1e-2)
