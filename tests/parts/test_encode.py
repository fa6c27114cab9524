import json

import numpy as np
import polars as pl
import pytest

from labwright.parts.encode import (
    encode_features,
    encode_plain,
    features_arguments,
    fit_encoder,
    plain_arguments,
)

TRAIN = pl.DataFrame(
    {
        "size": [1.0, 2.0, 4.0, 1_000.0, None, 3.0],
        "colour": ["red", "red", "blue", "blue", None, "green"],
    }
)


@pytest.fixture
def encoder():
    return fit_encoder(TRAIN, ["size"], ["colour"], min_rows=2, max_categories=9)


def test_numbers_become_their_place_among_training_quantiles(encoder):
    values, _ = encode_features(TRAIN, encoder)
    assert values.dtype == np.float32
    size = values[:, 0]
    assert size[[0, 3]].tolist() == [
        -1,
        1,
    ]  # the smallest and the largest, however large
    assert size[0] < size[1] < size[5] < size[2] < size[3]
    assert abs(size[5]) < 0.01  # the median lies in the middle


def test_numbers_outside_the_training_range_stay_inside_the_levels(encoder):
    new = pl.DataFrame({"size": [-1e300, 1e300], "colour": ["red", "red"]})
    assert encode_features(new, encoder)[0][:, 0].tolist() == [-1, 1]


def test_frequent_categories_have_codes_and_rare_and_unseen_ones_share_one(encoder):
    new = pl.DataFrame({"size": [1.0] * 4, "colour": ["blue", "red", "green", "never"]})
    values, known = encode_features(new, encoder)
    assert values[:, 1].tolist() == [2, 3, 1, 1]
    assert known.all()


def test_absent_values_are_zero_and_masked(encoder):
    values, known = encode_features(TRAIN, encoder)
    assert not known[4].any()
    assert known.sum() == 10
    assert values[4].tolist() == [0, 0]


def test_codes_of_a_column_with_many_values_stay_bounded():
    train = pl.DataFrame({"code": [str(i // 2) for i in range(1_000)]})
    encoder = fit_encoder(train, [], ["code"], min_rows=2, max_categories=100)
    assert len(encoder["categories"]["code"]) == 100
    assert features_arguments(encoder)["cardinalities"] == [102]
    assert encode_features(train, encoder)[0].max() == 101


def test_a_value_that_many_rows_share_lies_in_the_middle_of_its_quantiles():
    train = pl.DataFrame({"count": [0.0] * 60 + [1.0, 2.0, 3.0, 4.0] * 10})
    encoder = fit_encoder(train, ["count"], [], 1, 1)
    zero, one = encode_features(train, encoder)[0][[0, 60], 0]
    assert zero == pytest.approx(-0.4, abs=0.02)
    assert one > 0.2


def test_constant_and_empty_numbers_stay_finite():
    train = pl.DataFrame(
        {"same": [5.0, 5.0], "none": pl.Series([None, None], dtype=pl.Float64)}
    )
    encoder = fit_encoder(train, ["same", "none"], [], 1, 1)
    values, known = encode_features(train, encoder)
    assert np.isfinite(values).all()
    assert known.tolist() == [[True, False], [True, False]]


def test_what_is_fitted_is_plain_data_that_json_carries(encoder):
    assert json.loads(json.dumps(encoder)) == encoder


def test_only_the_rows_that_are_given_are_fitted(encoder):
    more = pl.concat([TRAIN, pl.DataFrame({"size": [9e9], "colour": ["red"]})])
    assert fit_encoder(more[:6], ["size"], ["colour"], 2, 9) == encoder


def test_plain_encoding_is_one_number_a_step_with_one_hot_categories(encoder):
    values, known = encode_plain(TRAIN, encoder)
    assert values.shape == (6, 4, 1)  # size; rare, blue, red
    assert values[0, 1:, 0].tolist() == [0, 0, 1]
    assert values[5, 1:, 0].tolist() == [1, 0, 0]
    assert not known[4].any()
    assert values[4].sum() == 0
    assert plain_arguments(encoder) == {}


@pytest.mark.parametrize("name", ["count", "value", "*", "^a$", ""])
def test_a_column_may_have_any_name(name):
    train = pl.DataFrame({name: ["x", "x", "y", "y"]})
    encoder = fit_encoder(train, [], [name], 2, 9)
    assert encode_features(train, encoder)[0][:, 0].tolist() == [2, 2, 3, 3]
