"""Scales, ticks and their labels."""

import doctest
from types import ModuleType

import pytest

from labwright.report import markup, svg, words
from labwright.report.svg import Scale, log_ticks, scale_of, tick_labels


@pytest.mark.parametrize("module", [markup, svg, words])
def test_examples_in_docstrings(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (-13, 47, [0, 20, 40]),
        (0.901, 0.999, [0.925, 0.95, 0.975]),
        (-3e-7, 4e-7, [-2e-7, 0, 2e-7, 4e-7]),
        (2.1e9, 9.9e9, [4e9, 6e9, 8e9]),
    ],
)
def test_ticks_are_round_and_on_the_scale(
    low: float, high: float, ticks: list[float]
) -> None:
    assert Scale(low, high).ticks(4) == pytest.approx(ticks)


@pytest.mark.parametrize("low, high", [(0.003, 400_000), (1, 9), (1e-9, 1e9), (5, 5.2)])
def test_logarithmic_ticks_are_few_and_on_the_scale(low: float, high: float) -> None:
    ticks = log_ticks(low, high)
    assert len(ticks) <= 6
    assert all(low <= tick <= high for tick in ticks)


def test_scale_places_values_in_percent() -> None:
    assert Scale(10, 20)(15) == 50
    assert Scale(1, 100, log=True)(10) == pytest.approx(50)


@pytest.mark.parametrize(
    "values", [[3.0], [0.0, 0.0], [-2.0, -2.0], [float("nan"), 1.0]]
)
def test_scale_of_equal_values_has_a_range(values: list[float]) -> None:
    scale = scale_of(values)
    assert scale.low < scale.high


def test_whole_numbers_have_no_ticks_between_them() -> None:
    assert Scale(0, 2, whole=True).ticks() == [0, 1, 2]
    assert Scale(1, 12, whole=True).ticks() == [3, 6, 9, 12]


def test_labels_of_one_axis_have_equal_precision() -> None:
    assert tick_labels([0, 0.5, 1]) == ["0.0", "0.5", "1.0"]
    assert tick_labels([-0.1, 0, 0.1])[0] == "\N{MINUS SIGN}0.1"
    assert tick_labels([0, 1_500_000, 3_000_000]) == ["0", "1.5M", "3M"]
