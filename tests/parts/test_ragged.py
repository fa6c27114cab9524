import numpy as np
import pytest
import torch

from labwright.parts.ragged import Ragged, save_ragged


@pytest.fixture
def ragged(tmp_path):
    save_ragged(tmp_path / "ids", [np.array([1, 2, 3]), np.array([], int), [4]])
    return Ragged(tmp_path / "ids")


def test_rows_are_padded_to_the_longest_of_them(ragged):
    values, mask = ragged.padded(torch.tensor([2, 0]))
    assert values.tolist() == [[4, 0, 0], [1, 2, 3]]
    assert mask.tolist() == [[True, False, False], [True, True, True]]
    assert ragged.padded(torch.tensor([2]))[0].shape == (1, 1)


def test_an_empty_row_is_one_masked_step(ragged):
    values, mask = ragged.padded(torch.tensor([1]))
    assert values.tolist() == [[0]]
    assert mask.tolist() == [[False]]


def test_lengths_and_order(ragged):
    assert len(ragged) == 3
    assert ragged.lengths.tolist() == [3, 0, 1]
    assert ragged.padded(torch.tensor([0, 1, 2]))[1].sum() == 4


def test_vectors_keep_their_type(tmp_path):
    rng = np.random.default_rng(0)
    rows = [rng.normal(size=(n, 2)).astype(np.float16) for n in (3, 1)]
    save_ragged(tmp_path / "vectors", rows)
    values, mask = Ragged(tmp_path / "vectors").padded(torch.tensor([0, 1]))
    assert (values.shape, values.dtype) == ((2, 3, 2), torch.float16)
    assert torch.equal(values[1, :1], torch.from_numpy(rows[1]))
    assert not values[~mask].any()


def test_no_row_at_all_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="at least one row"):
        save_ragged(tmp_path / "none", [])
