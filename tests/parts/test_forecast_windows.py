"""No forecast's horizon is in two parts, and none is trained on what later parts hold."""

import numpy as np

from labwright.parts.forecast_windows import (
    forecast_origins,
    naive_errors,
    part_bounds,
)

NAN = np.nan


def grid(*lengths, begins=None):
    first = np.concatenate([[0], np.cumsum(lengths)])
    target = np.arange(first[-1], dtype=float)
    return target, first, np.array(begins or [0] * len(lengths))


def test_bounds_are_shares_of_known_values():
    assert part_bounds(*grid(100), (0.7, 0.15, 0.15)) == (70, 85)


def test_horizons_lie_wholly_in_their_part():
    cells = grid(100, 60, begins=[0, 20])
    val, test = part_bounds(*cells, (0.7, 0.15, 0.15))
    spans = {"train": (-np.inf, val), "val": (val, test), "test": (test, np.inf)}
    for span in spans.values():
        cell, series = forecast_origins(*cells, 10, 5, span, 1)
        steps = cells[2][series] + cell - cells[1][series]
        assert len(cell)
        assert steps.min() >= span[0]
        assert steps.max() + 5 <= span[1]
        assert (np.diff(steps) >= 0).all()  # in the order of time


def test_half_of_the_history_and_some_of_the_horizon_are_known():
    target, first, begins = grid(20)
    target[:8] = NAN
    target[15:] = NAN
    cell, _ = forecast_origins(target, first, begins, 10, 3, (-np.inf, np.inf), 1)
    assert cell.tolist() == [13, 14]


def test_a_stride_leaves_out_steps():
    cell, _ = forecast_origins(*grid(30), 4, 2, (-np.inf, np.inf), 5)
    assert cell.tolist() == [5, 10, 15, 20, 25]


def test_series_shorter_than_a_window_have_none():
    cell, series = forecast_origins(*grid(30, 3), 4, 5, (-np.inf, np.inf), 1)
    assert set(series.tolist()) == {0}
    assert len(cell)


def test_the_scale_of_a_series_is_its_seasonal_error_in_training():
    target = np.array([0.0, 10, 1, 12, 5, 99])
    errors = naive_errors(target, np.array([0, 6]), np.array([0]), 2, 4)
    assert errors.tolist() == [1.5]
    lonely = naive_errors(target[:1], np.array([0, 1]), np.array([0]), 2, 4)
    assert np.isnan(lonely).all()
