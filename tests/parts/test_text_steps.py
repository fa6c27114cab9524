"""Texts as steps: byte pairs, and the vectors of an encoder."""

import numpy as np
import polars as pl
import torch

from labwright.parts.alike import nearly
from labwright.parts.bpe import END
from labwright.parts.byte_pair_texts import byte_pair_steps, fit_byte_pairs
from labwright.parts.lengths import shortened
from labwright.parts.mean_vectors import mean_vectors

TRAIN = pl.DataFrame(
    {"a": ["The cat sat", "the mat", None] * 20, "b": ["x", "", None] * 20}
)


def test_a_long_text_keeps_its_beginning_and_more_of_its_end():
    steps = np.arange(100)
    assert shortened(steps, 100) is steps
    assert shortened(steps, 8).tolist() == [0, 1, 94, 95, 96, 97, 98, 99]


def test_byte_pairs_are_those_of_the_training_texts_and_the_same_again():
    fitted = fit_byte_pairs(TRAIN, 300, True)
    assert fitted == fit_byte_pairs(TRAIN, 300, True)
    upper, lower = byte_pair_steps(
        pl.DataFrame({"a": ["THE CAT", "the cat"]}), fitted, 99
    )
    assert upper.tolist() == lower.tolist()
    cased = fit_byte_pairs(TRAIN, 300, False)
    upper, lower = byte_pair_steps(
        pl.DataFrame({"a": ["THE CAT", "the cat"]}), cased, 99
    )
    assert upper.tolist() != lower.tolist()


def test_columns_are_parted_and_rows_without_text_have_no_step():
    fitted = fit_byte_pairs(TRAIN, 300, True)
    rows = pl.DataFrame(
        {"a": ["cat", None, None, "猫" * 50], "b": [None, "cat", None, ""]}
    )
    first, second, empty, long = byte_pair_steps(rows, fitted, 16)
    assert first[-1] == END == second[0] and len(first) == len(second)
    assert len(empty) == 0 and empty.dtype == first.dtype == np.int32
    assert len(long) == 16


def test_mean_vectors_are_of_the_steps_of_a_row_alone():
    values = np.array([[1, 1], [3, 5], [7, 7]], dtype=np.float16)
    starts, lengths = np.array([0, 2, 2]), np.array([2, 0, 1])
    means = mean_vectors(values, starts, lengths)
    assert means.tolist() == [[2, 3], [0, 0], [7, 7]]


def test_only_last_digits_of_vectors_are_forgiven():
    old = {"input": torch.tensor([[1.0, 2.0]]), "mask": torch.tensor([[True]])}
    near = old | {"input": torch.tensor([[1.001, 2.0]])}
    far = old | {"input": torch.tensor([[1.1, 2.0]])}
    assert torch.equal(nearly(near, old)["input"], old["input"])
    assert not torch.equal(nearly(far, old)["input"], old["input"])
