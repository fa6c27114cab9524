import pytest

from labwright.acquire.located import matches, nearest, not_found


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("data/train.csv", "train.csv", True),
        ("data/train.csv", "data/train.csv", True),
        ("data/train.csv", "*.csv", True),
        ("data/train.csv", "data/*", True),
        ("data/train.csv", "rain.csv", False),
        ("data/train.csv", "*.parquet", False),
    ],
)
def test_matches(name, pattern, expected):
    assert matches(name, pattern) is expected


def test_the_nearest_name_comes_first():
    assert nearest("trian.csv", ["a.txt", "train.csv"]) == ["train.csv", "a.txt"]


def test_the_error_shows_the_line_to_write():
    error = not_found(
        "split", "tarin", ["test", "train"], "data_sources[0].split", "me/x"
    )
    assert error.candidates[0] == "train"
    assert '"split": "train"' in error.fix
