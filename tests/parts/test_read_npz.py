import numpy as np
import pytest

from labwright.parts.read_npz import read_npz


def read(tmp_path, reading=None, **arrays):
    np.savez(tmp_path / "x.npz", **arrays)
    return read_npz(tmp_path / "x.npz", reading or {})


X = np.arange(24.0).reshape(2, 3, 4)  # (N, C, T)


def test_one_channel(tmp_path):
    table = read(tmp_path, X=X[:, 0], y=np.array([[5], [6]]), z=np.array([b"a", b"b"]))
    assert table.to_dict(as_series=False) == {
        "X": [[0.0, 1.0, 2.0, 3.0], [12.0, 13.0, 14.0, 15.0]],
        "y": [5, 6],
        "z": ["a", "b"],
    }


@pytest.mark.parametrize("array", [X, X.swapaxes(1, 2)])
def test_the_smaller_dimension_is_the_channels(tmp_path, array):
    table = read(tmp_path, X=array)
    assert table.columns == ["X_0", "X_1", "X_2"]
    assert table["X_1"].to_list() == [[4.0, 5.0, 6.0, 7.0], [16.0, 17.0, 18.0, 19.0]]


def test_new_series_have_the_channels_of_the_old_ones(tmp_path):
    short = X[:, :, :2]  # two steps
    table = read(tmp_path, {"channels": {"X": 3}}, X=short)
    assert table["X_2"].to_list() == [[8.0, 9.0], [20.0, 21.0]]


def test_parts_are_one_below_the_other(tmp_path):
    labels = np.array([0, 1])
    table = read(
        tmp_path, x_train=X[:, 0], y_train=labels, x_test=X[:, 1], y_test=labels
    )
    assert table["x"].list.first().to_list() == [0.0, 12.0, 4.0, 16.0]
    assert table["y"].to_list() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"X": X, "y": np.zeros(3)}, "arrays of one length"),
        ({"X_train": X, "y_train": np.zeros(2), "X_test": X}, "arrays of one length"),
        ({"X": np.zeros((2, 3, 4, 5))}, r"shape \(2, 3, 4, 5\)"),
        ({"X": np.array([[1], None], dtype=object)}, "allow_pickle"),
    ],
)
def test_what_it_cannot_read_it_says(tmp_path, arrays, message):
    with pytest.raises(ValueError, match=message):
        read(tmp_path, **arrays)
