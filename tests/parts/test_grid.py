"""Series on even steps: gaps stay gaps, and are filled from the past alone."""

import numpy as np
import pytest

from labwright.parts.grid import (
    fill_from_past,
    last_known,
    lay_on_grid,
    waves_of_calendar,
)

NAN = np.nan


def lay(series, steps, values):
    return lay_on_grid(
        np.array(series), np.array(steps), np.array(values, dtype=float)[:, None]
    )


def test_rows_in_any_order_become_cells_with_gaps():
    laid = lay([1, 0, 0, 1], [7, 3, 1, 6], [4, 2, 1, 3])
    np.testing.assert_array_equal(laid["values"][:, 0], [1, NAN, 2, 3, 4])
    assert laid["first"].tolist() == [0, 3, 5]
    assert laid["begins"].tolist() == [1, 6]


def test_rows_that_share_a_step_are_their_mean():
    assert lay([0, 0, 0], [0, 0, 1], [1, 3, 5])["values"][:, 0].tolist() == [2, 5]


def test_a_series_begins_with_its_first_known_target():
    laid = lay([0, 0, 0], [0, 1, 2], [NAN, 5, 6])
    assert laid["values"][:, 0].tolist() == [5, 6]
    assert laid["begins"].tolist() == [1]


def test_a_series_without_a_target_has_no_cells():
    laid = lay([0, 1, 1], [0, 0, 1], [NAN, 5, 6])
    assert laid["first"].tolist() == [0, 0, 2]


def test_a_time_far_away_is_an_error_with_figures():
    with pytest.raises(ValueError, match="expected about as many steps as the 2 rows"):
        lay([0, 0], [0, 10**7], [1, 2])


def test_gaps_take_the_last_value_of_the_season():
    values = np.array([1, 2, 3, NAN, NAN, 6, 7, NAN])
    filled = fill_from_past(values, 3)
    assert filled.tolist() == [1, 2, 3, 1, 2, 6, 7, 2]


def test_what_is_filled_never_depends_on_what_is_later():
    rng = np.random.default_rng(0)
    values = rng.normal(size=60)
    values[rng.random(60) < 0.4] = NAN
    values[0] = 1.0
    for end in range(1, 60):
        changed = values.copy()
        changed[end:] = rng.normal(size=60 - end)
        before, after = fill_from_past(values, 7), fill_from_past(changed, 7)
        np.testing.assert_array_equal(before[:end], after[:end])


def test_last_known_keeps_what_has_no_earlier_value():
    filled = last_known(np.array([[NAN, 1], [2, NAN], [NAN, NAN]]))
    np.testing.assert_array_equal(filled, [[NAN, 1], [2, 1], [2, 1]])


def test_waves_come_again_after_a_period():
    waves = waves_of_calendar(np.array([0.0, 2.5, 10.0]), {"ten": (10.0, 2)})
    assert waves.shape == (3, 4)
    np.testing.assert_allclose(waves[0], waves[2], atol=1e-6)
    assert waves_of_calendar(np.zeros(3), {}).shape == (3, 0)
