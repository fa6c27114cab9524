import json

import numpy as np
import polars as pl
import pytest
import torch

from labwright.parts.target import (
    decode_classes,
    decode_labels,
    decode_log_numbers,
    decode_numbers,
    encode_classes,
    encode_labels,
    encode_log_numbers,
    encode_numbers,
    fit_classes,
    fit_labels,
    fit_log_numbers,
    fit_numbers,
    read_classes,
    read_label_lists,
    read_labels,
    read_numbers,
    weigh_classes,
)
from labwright.plan.task_type import YES_NO


def test_classes_are_codes_in_the_order_given():
    table = pl.DataFrame({"y": ["no", "yes", "no"]})
    truth = read_classes(table, ["y"], ["no", "yes"])
    assert truth.dtype == np.int64
    assert truth.tolist() == [0, 1, 0]
    fitted = fit_classes(truth, ["no", "yes"])
    assert fitted == {"counts": [2, 1]}
    assert encode_classes(truth, fitted) is truth


def test_classes_written_as_numbers_are_found_by_their_text():
    table = pl.DataFrame({"y": [2.0, 1.5, 4.0]})
    assert read_classes(table, ["y"], ["1.5", "2", "4"]).tolist() == [1, 0, 2]


def test_a_class_that_nobody_planned_for_is_an_error_that_names_it():
    with pytest.raises(ValueError, match=r"found 1 more: \['maybe'\]"):
        read_classes(pl.DataFrame({"y": ["no", "maybe"]}), ["y"], ["no", "yes"])


def test_decoded_classes_are_probabilities():
    probabilities = decode_classes(torch.tensor([[0.0, 0.0], [9.0, -9.0]]), {})
    assert probabilities.sum(axis=1) == pytest.approx([1, 1])
    assert probabilities[0].tolist() == [0.5, 0.5]
    assert probabilities[1, 0] > 0.99


def test_weights_let_each_class_count_alike_and_are_one_on_average_over_rows():
    counts = [90, 9, 1]
    weights = weigh_classes({"counts": counts})
    assert np.allclose(np.multiply(weights, counts), 100 / 3)


def test_labels_come_from_columns_of_yes_and_no_however_they_are_written():
    table = pl.DataFrame({"a": ["Yes", "no"], "b": [0.0, 1.0], "c": ["true", "False"]})
    truth = read_labels(table, ["a", "b", "c"], ["a", "b", "c"])
    assert truth.tolist() == [[1, 0, 1], [0, 1, 0]]
    assert fit_labels(truth, []) == {"counts": [1, 1, 1]}
    assert encode_labels(truth, {}).dtype == np.float32
    assert decode_labels(torch.zeros(2, 3), {}).tolist() == [[0.5] * 3] * 2


@pytest.mark.parametrize("pair", YES_NO)
def test_labels_are_read_from_every_spelling_that_the_plan_accepts(pair):
    table = pl.DataFrame({"a": sorted(pair)})
    assert read_labels(table, ["a"], ["a"]).tolist() == [[0], [1]]


@pytest.mark.parametrize("cell", ["maybe", "2", None])
def test_a_cell_that_is_neither_yes_nor_no_is_an_error_that_names_it(cell):
    table = pl.DataFrame({"a": ["yes", "no", cell]})
    with pytest.raises(ValueError, match=f"'a'.* found 1 other values: .*{cell}"):
        read_labels(table, ["a"], ["a"])


def test_a_label_that_nobody_planned_for_is_an_error_that_names_it():
    table = pl.DataFrame({"tags": [["x", "z"], ["y"]]})
    with pytest.raises(ValueError, match=r"found 1 more: \['z'\]"):
        read_label_lists(table, ["tags"], ["x", "y"])


def test_labels_in_lists_may_be_numbers_and_absent():
    table = pl.DataFrame({"tags": [[1, None], [], [2]]})
    assert read_label_lists(table, ["tags"], ["1", "2"]).tolist() == [
        [1, 0],
        [0, 0],
        [0, 1],
    ]


def test_labels_come_from_lists():
    table = pl.DataFrame({"tags": [["x"], [], ["y", "x"]]})
    assert read_label_lists(table, ["tags"], ["x", "y"]).tolist() == [
        [1, 0],
        [0, 0],
        [1, 1],
    ]


@pytest.mark.parametrize(
    ("fit", "encode", "decode"),
    [
        (fit_numbers, encode_numbers, decode_numbers),
        (fit_log_numbers, encode_log_numbers, decode_log_numbers),
    ],
)
@pytest.mark.parametrize("targets", [["a"], ["a", "b"]])
def test_numbers_are_scaled_for_the_model_and_come_back_in_their_unit(
    fit, encode, decode, targets
):
    table = pl.DataFrame({"a": [0.0, 10.0, 200.0, 35.0], "b": [5.0, 5.0, 5.0, 5.0]})
    truth = read_numbers(table, targets, [])
    fitted = json.loads(json.dumps(fit(truth, [])))
    scaled = encode(truth, fitted)
    assert scaled.dtype == np.float32
    assert scaled.shape == ((4,) if len(targets) == 1 else (4, 2))
    assert scaled.reshape(4, -1)[:, 0].mean() == pytest.approx(0, abs=1e-6)
    back = decode(torch.from_numpy(scaled).reshape(4, len(targets)), fitted)
    assert np.allclose(back, truth, rtol=1e-5, atol=1e-4)


def test_a_wild_output_cannot_become_an_astronomic_number():
    fitted = fit_log_numbers(np.array([[1.0], [100.0]]), [])
    assert decode_log_numbers(torch.tensor([[1e6]]), fitted).tolist() == [[200.0]]
