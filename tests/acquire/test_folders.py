import zipfile

import pytest

from labwright.acquire import members
from labwright.acquire.folders import find_folders
from labwright.acquire.tables import find_tables
from labwright.errors import ReadError
from labwright.parts.read_folder import read_folder

PNG = b"\x89PNG\r\n\x1a\n"
WAV = b"RIFF\0\0\0\0WAVEfmt "
CONTENT = {"png": PNG, "jpg": b"\xff\xd8\xff", "wav": WAV, "webp": b"RIFF0000WEBP"}


@pytest.fixture
def found(tmp_path):
    """The tables of files that are given by folder, as `find_tables` lists them."""

    def find(folders, more=None):
        for folder, (count, suffix) in folders.items():
            for i in range(count):
                text = f"A film that I have seen {i} times.\nIt is {folder}, in a word."
                content = CONTENT.get(suffix) or text.encode()
                put(f"set/{folder}/{i}.{suffix}", content)
        for name, content in (more or {}).items():
            put(f"set/{name}", content)
        return find_tables(tmp_path, ["set/"], None)

    def put(name, content):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)

    return find


def levels(tables):
    return {t.path: (t.reading["levels"], t.columns) for t in tables.found if t.reading}


def test_folders_by_class(found, tmp_path):
    tables = found({"cat": (15, "png"), "dog": (10, "jpg")})
    (table,) = tables.found
    assert (table.path, table.reader) == ("set/", "read_folder")
    assert table.columns == ("file", "folder", "sha256")
    assert table.reading["suffixes"] == [".jpg", ".png"]
    read = read_folder(tmp_path / table.path, table.reading)
    assert tuple(read.columns) == table.columns
    assert len(read) == 25


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "wav", "txt"])
def test_levels_that_do_not_vary_are_no_columns(found, suffix):
    tables = found({f"all/{name}/files": (12, suffix) for name in ("a", "b")})
    (table,) = tables.found
    assert table.path == "set/all/"
    assert table.reading["levels"] == [0]
    assert table.columns == ("file", "folder", "text" if suffix == "txt" else "sha256")


def test_official_parts_and_files_to_be_judged(found):
    tables = found(
        {
            "seg_train/seg_train/sea": (12, "png"),
            "seg_train/seg_train/ice": (12, "png"),
            "seg_test/seg_test/sea": (3, "png"),
            "seg_pred/seg_pred": (20, "png"),
            "docs": (2, "png"),
        }
    )
    assert {table.path: table.columns for table in tables.found} == {
        "set/seg_train/seg_train/": ("file", "folder", "sha256"),
        "set/seg_test/seg_test/": ("file", "folder", "sha256"),
        "set/seg_pred/seg_pred/": ("file", "sha256"),
    }
    assert tables.notes == ["Left aside: 2 files in set/docs, beside train and test."]


def test_a_copy_of_everything_is_left_aside(found):
    folders = {
        f"{part}/{name}": (8, "png") for part in ("train", "test") for name in "ab"
    }
    tables = found(folders | {f"again/{name}": n for name, n in folders.items()})
    assert [table.path for table in tables.found] == ["set/test/", "set/train/"]
    assert "the same files again" in tables.notes[0]


def test_images_beside_a_table(found):
    tables = found({"pictures": (30, "jpg")}, {"labels.csv": b"file,label\n1.jpg,3\n"})
    assert {table.path: table.columns for table in tables.found} == {
        "set/labels.csv": ("file", "label"),
        "set/pictures/": ("file", "sha256"),
    }


def test_a_few_images_beside_a_table_are_no_table(found):
    tables = found({"docs": (3, "png")}, {"x.csv": b"a,b\n1,2\n"})
    assert [table.path for table in tables.found] == ["set/x.csv"]
    assert tables.ignored == {"image": 3}


def test_damaged_images_stay_with_the_others(found):
    tables = found(
        {"a": (15, "png"), "b": (15, "png")}, {"a/x.png": b"<html>", "b/y.png": b""}
    )
    assert [table.path for table in tables.found] == ["set/"]
    assert tables.unreadable == {}


def test_tables_that_are_called_txt_stay_tables(found):
    csv = {f"{year}/{i}.txt": b"a,b\n1,2\n3,4\n" for year in (1, 2) for i in range(15)}
    tables = found({}, csv)
    assert {table.reader for table in tables.found} == {"read_csv"}
    assert len(tables.found) == 30


def test_texts_about_the_texts_are_none_of_them(found):
    about = {"readme.txt": b"About\nthe set", "train/urls.txt": b"http://x\nhttp://y\n"}
    folders = {
        f"{part}/{name}": (9, "txt")
        for part in ("train", "test")
        for name in ("neg", "pos")
    }
    tables = found(folders, about)
    assert levels(tables) == {
        "set/test/": ([0], ("file", "folder", "text")),
        "set/train/": ([0], ("file", "folder", "text")),
    }
    assert {table.reading["depth"] for table in tables.found} == {1}


@pytest.mark.parametrize(("top", "path"), [("", "a.zip/"), ("all/", "a.zip/all/")])
def test_inside_an_archive(tmp_path, top, path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for i in range(12):
            archive.writestr(f"{top}cat/{i}.png", PNG)
            archive.writestr(f"{top}dog/{i}.png", PNG)
            archive.writestr(f"__MACOSX/{top}dog/._{i}.png", b"")
        archive.writestr("labels.csv", "a,b\n1,2\n")
    tables = find_tables(tmp_path, ["a.zip"], None)
    assert [table.path for table in tables.found] == ["a.zip/labels.csv", path]
    assert tables.unpacked == "unpack_zip"
    inside = tmp_path / "unpacked" / path
    assert len(read_folder(inside, tables.found[1].reading)) == 24


def test_train_and_test_in_archives_of_their_own(tmp_path):
    for part in ("train", "test"):
        with zipfile.ZipFile(tmp_path / f"{part}.zip", "w") as archive:
            for i in range(24):
                archive.writestr(f"{part}/{'ab'[i % 2]}/{i}.png", PNG)
    tables = find_tables(tmp_path, ["test.zip", "train.zip"], None)
    assert levels(tables) == {
        "test.zip/test/": ([0], ("file", "folder", "sha256")),
        "train.zip/train/": ([0], ("file", "folder", "sha256")),
    }


def test_an_archive_that_would_fill_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(members, "UNPACKED_FREELY", 1000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.csv", "a,b\n" + "1,2\n" * 200_000)
    with pytest.raises(ReadError, match="100-fold"):
        find_tables(tmp_path, ["a.zip"], None)


def test_too_few_files_are_no_table(tmp_path):
    (tmp_path / "x.png").write_bytes(PNG)
    assert find_folders({"": {"x.png": tmp_path / "x.png"}}).tables == []
