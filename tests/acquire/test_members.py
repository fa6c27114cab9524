import zipfile

import pytest

from labwright.acquire.members import members_of, parts_of
from labwright.errors import ReadError


def test_what_may_be_a_table_and_what_is_not(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name in (
            "b.csv",
            "a/x.parquet",
            "cat.PNG",
            "README.md",
            ".hidden.csv",
        ):
            archive.writestr(name, "12345")
    members = members_of(tmp_path / "x.zip", "zip")
    assert members.candidates == ["a/x.parquet", "b.csv"]
    assert members.size == 10
    assert members.ignored == {"image": 1, "text for people": 1}


def test_other_files_have_one_nameless_part(tmp_path):
    assert parts_of(tmp_path / "x.csv", "csv") == [""]


@pytest.mark.parametrize("kind", ["excel", "sqlite"])
def test_a_damaged_file(tmp_path, kind):
    (tmp_path / "x").write_bytes(b"SQLite format 3\0 and no more")
    with pytest.raises(ReadError, match=f"x to be a whole {kind} file"):
        parts_of(tmp_path / "x", kind)
