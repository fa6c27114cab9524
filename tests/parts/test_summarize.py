import numpy as np
import pytest

from labwright.parts import summarize
from labwright.parts.summarize import padded_steps, summaries


def figures(*series):
    steps = np.concatenate(series)
    lengths = np.array([len(one) for one in series])
    return summaries(steps, lengths, ["x"])


def test_figures_of_a_line():
    found = figures(np.arange(5.0)[:, None])
    values = {name: x[0] for name, x in found.items()}
    assert values["length"] == 5
    assert values["x: mean"] == values["x: quantile 0.5"] == 2
    assert values["x: deviation"] == pytest.approx(2**0.5)
    assert (values["x: first"], values["x: last"]) == (0, 4)
    assert values["x: slope"] == pytest.approx(1)
    assert values["x: mean change"] == 1
    assert values["x: skewness"] == pytest.approx(0)
    assert values["x: absent"] == 0


def test_what_is_absent_does_not_count():
    line = np.array([[0.0], [np.nan], [2.0], [3.0], [4.0], [np.nan]])
    values = {name: x[0] for name, x in figures(line).items()}
    assert (values["x: first"], values["x: last"]) == (0, 4)
    assert values["x: slope"] == pytest.approx(1)
    assert values["x: absent"] == pytest.approx(2 / 6)


def test_a_wave_has_its_power_where_its_frequency_is():
    wave = np.sin(2 * np.pi * 5 * np.arange(64) / 64)[:, None]
    values = {name: x[0] for name, x in figures(wave).items()}
    assert values["x: power 5 to 8"] == pytest.approx(1)


def test_an_empty_or_still_series_has_no_infinite_figure():
    found = figures(np.full((1, 1), np.nan), np.ones((4, 1)))
    assert not any(np.isinf(x).any() for x in found.values())
    assert np.isnan(found["x: mean"][0])


def test_chunks_change_nothing(monkeypatch):
    rng = np.random.default_rng(0)
    series = [rng.normal(size=(n, 2)) for n in (3, 9, 5, 12)]
    steps, lengths = np.concatenate(series), np.array([3, 9, 5, 12])
    whole = summaries(steps, lengths, ["a", "b"])
    assert len(whole["a: mean"]) == 4
    np.testing.assert_allclose(whole["b: mean"], [one[:, 1].mean() for one in series])
    monkeypatch.setattr(summarize, "SUMMARIZED_AT_ONCE", 12)
    parts = summaries(steps, lengths, ["a", "b"])
    for name in ("a: mean", "b: slope", "length"):
        np.testing.assert_allclose(parts[name], whole[name])


def test_padding_is_absent():
    padded = padded_steps(np.arange(3.0)[:, None], np.array([1, 2]))
    np.testing.assert_array_equal(padded[:, :, 0], [[0, np.nan], [1, 2]])
