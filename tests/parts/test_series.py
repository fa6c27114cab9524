import numpy as np
import polars as pl

from labwright.parts.series import fit_scales, patches_of, scaled_steps, steps_of

NAN = np.nan


def lists(**columns):
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.List(pl.Float64)))


def test_steps_of_channels_of_unequal_length():
    table = lists(
        a=[[1.0, None, 3.0, None], None, [], [None, None]],
        b=[[1.0], [2.0, 3.0], None, [None]],
    )
    steps, lengths = steps_of(table, ["a", "b"])
    assert lengths.tolist() == [3, 2, 1, 1]  # an empty series has one empty step
    expected = [[1, 1], [NAN, NAN], [3, NAN], [NAN, 2], [NAN, 3], [NAN, NAN], [NAN] * 2]
    np.testing.assert_array_equal(steps, expected)


def test_scales_are_those_of_the_values_that_are_there():
    steps = np.array([[1.0, 5.0], [3.0, 5.0], [NAN, 5.0]])
    scales = fit_scales(steps, [False, False])
    assert scales["mean"] == [2.0, 5.0]
    assert scales["std"] == [1.0, 1.0]  # a channel that never varies is only moved
    scaled = scaled_steps(steps, scales)
    np.testing.assert_array_equal(scaled, [[-1, 0], [1, 0], [NAN, 0]])
    assert scaled.dtype == np.float32


def test_many_magnitudes_are_scaled_by_their_logarithms():
    steps = 10.0 ** np.arange(-6, 7)[:, None]
    scaled = scaled_steps(steps, fit_scales(steps, [True]))
    plain = scaled_steps(steps, fit_scales(steps, [False]))
    assert np.abs(scaled).max() < 2.5 < np.abs(plain).max()
    assert (np.diff(scaled[:, 0]) > 0).all()
    both = scaled_steps(-steps, fit_scales(steps, [True]))
    assert (np.diff(both[:, 0]) < 0).all()


def test_a_channel_without_any_value_is_nothing():
    steps = np.full((3, 1), NAN)
    for logs in (True, False):
        assert np.isnan(scaled_steps(steps, fit_scales(steps, [logs]))).all()


def test_patches_have_steps_side_by_side():
    steps = np.array([[1, 10], [2, 20], [3, NAN], [NAN, NAN], [5, 50]])
    patches, known, counts = patches_of(steps, np.array([3, 2]), 2)
    assert counts.tolist() == [2, 1]
    assert patches.tolist() == [[1, 10, 2, 20], [3, 0, 0, 0], [0, 0, 5, 50]]
    assert known.tolist() == [True, True, True]


def test_a_patch_without_a_value_is_unknown():
    steps = np.array([[1.0], [2.0], [NAN], [NAN], [5.0]])
    patches, known, _ = patches_of(steps, np.array([5]), 2)
    assert known.tolist() == [True, False, True]
    assert patches.dtype == np.float32


def test_patches_of_one_step_are_the_steps():
    steps = np.array([[1.0], [NAN], [3.0]])
    patches, known, counts = patches_of(steps, np.array([2, 1]), 1)
    assert patches.tolist() == [[1.0], [0.0], [3.0]]
    assert known.tolist() == [True, False, True]
    assert counts.tolist() == [2, 1]
