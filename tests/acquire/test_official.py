import pytest

from labwright.acquire.official import official_parts
from labwright.parts.official import part_of


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("train.csv", "train"),
        ("data/test-00000-of-00001.parquet", "test"),
        ("GunPoint_TRAIN.ts", "train"),
        ("validation/part-0.csv", "val"),
        ("default/dev.parquet", "val"),
        ("myTestSet.csv", "test"),
        ("training/eval.csv", "test"),
        ("train_test.csv", None),
        ("latest.csv", None),
        ("contest.csv", None),
    ],
)
def test_part_of(path, part):
    assert part_of(path) == part


def test_paths_that_name_no_part_are_left_out():
    assert official_parts(["train.csv", "sample_submission.csv"]) == {
        "train.csv": "train"
    }
