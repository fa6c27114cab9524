import hashlib

import pytest

from labwright.parts.read_folder import read_folder

CLASSES = {"levels": [0], "suffixes": [".png"], "holds": "images"}
TEXTS = {"levels": [0], "suffixes": [".txt"], "holds": "texts"}


def made(folder, files):
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_row_for_each_file_with_its_folder_and_fingerprint(tmp_path):
    made(tmp_path, {"dog/b.PNG": b"2", "cat/a.png": b"1", "cat/notes.md": b"no"})
    table = read_folder(tmp_path, CLASSES)
    assert table.columns == ["file", "folder", "sha256"]
    assert table.rows() == [
        ("cat/a.png", "cat", hashlib.sha256(b"1").hexdigest()),
        ("dog/b.PNG", "dog", hashlib.sha256(b"2").hexdigest()),
    ]


def test_deeper_levels_and_files_that_lie_less_deep(tmp_path):
    made(tmp_path, {"cat/x/1/a.png": b"", "b.png": b""})
    table = read_folder(tmp_path, CLASSES | {"levels": [0, 2]})
    assert table.select("folder", "folder_2").rows() == [(None, None), ("cat", "1")]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("čaj\r\n".encode(), "čaj\r\n"),
        (b"\xef\xbb\xbfa", "a"),
        ("é".encode("utf-16"), "é"),
        (b"caf\xe9", "café"),
        (b"", ""),
    ],
)
def test_texts(tmp_path, content, text):
    made(tmp_path, {"pos/1.txt": content, "readme.txt": b"at another depth"})
    table = read_folder(tmp_path, TEXTS | {"depth": 1})
    assert table.rows() == [("pos/1.txt", "pos", text)]


def test_a_folder_without_classes(tmp_path):
    made(tmp_path, {"a.png": b"1"})
    assert read_folder(tmp_path, CLASSES | {"levels": []}).columns == ["file", "sha256"]
