import gzip
import io
import shutil
import tarfile
import zipfile

import pytest

from labwright.parts import unpack
from labwright.parts.folder import files_below
from labwright.parts.unpack import keep_files, unpack_gz, unpack_tar, unpack_zip


@pytest.fixture
def raw(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/x.csv", "x")
        archive.writestr("book.xlsx", "a workbook")
        archive.writestr("other.csv", "other")
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("./in/x.csv")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(b"x"))
    (tmp_path / "plain.csv").write_text("plain")
    return tmp_path


@pytest.mark.parametrize(
    ("part", "table"),
    [
        (unpack_zip, "a.zip/in/x.csv"),
        (unpack_tar, "a.tar.gz/in/x.csv"),
        (unpack_gz, "x.csv.gz/x.csv"),
    ],
)
def test_the_readable_file_of_each_table_in_order(raw, part, table):
    paths = part(raw, ["plain.csv", table])
    assert [path.read_text() for path in paths] == ["plain", "x"]
    assert list(raw.rglob("other.csv")) == []
    assert list(raw.rglob("*.part")) == []


def test_nothing_is_unpacked_twice(raw, monkeypatch):
    first = unpack_zip(raw, ["a.zip/in/x.csv"])
    monkeypatch.setattr(unpack, "write_whole", None)
    assert unpack_zip(raw, ["a.zip/in/x.csv"]) == first


def test_a_sheet_of_a_packed_workbook(raw):
    (path,) = unpack_zip(raw, ["a.zip/book.xlsx/Sheet2"])
    assert path.name == "Sheet2"
    assert path.parent.read_text() == "a workbook"


def test_keep_files(raw):
    assert keep_files(raw, ["plain.csv"]) == [raw / "plain.csv"]


@pytest.mark.parametrize("suffix", ["zip", "tar"])
@pytest.mark.parametrize(("inside", "names"), [("", ["in/x", "y"]), ("in/", ["x"])])
def test_a_whole_folder(tmp_path, suffix, inside, names):
    made = tmp_path / "made"
    for name in ("in/x", "y", "__MACOSX/in/x"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(name)
    shutil.make_archive(str(tmp_path / "all"), suffix, made)
    part = {"zip": unpack_zip, "tar": unpack_tar}[suffix]
    (path,) = part(tmp_path, [f"all.{suffix}/{inside}"])
    assert files_below(path) == names
    (path / names[0]).unlink()  # a folder that is whole is not looked at again
    assert part(tmp_path, [f"all.{suffix}/{inside}"]) == [path]
    assert not (path / names[0]).exists()


def test_a_folder_that_was_unpacked_in_part_is_completed(raw):
    unpack_zip(raw, ["a.zip/in/x.csv"])
    (path,) = unpack_zip(raw, ["a.zip/"])
    assert files_below(path) == ["book.xlsx", "in/x.csv", "other.csv"]
