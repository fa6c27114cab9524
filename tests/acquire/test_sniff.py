import gzip
import io
import tarfile
import zipfile

import numpy as np
import polars as pl
import pytest

from labwright.acquire.sniff import format_of

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("x.csv", b"a,b\n1,2\n", "csv"),
        ("x.tsv", b"a\tb\n", "tsv"),
        ("x.json", b'[{"a": 1}]', "json"),
        ("x.txt", b'{"a": [1, 2]}', "json"),
        ("x.json", b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("x.jsonl", b'{"a": 1}', "jsonl"),
        ("x.csv", b"[a],[b]\n1,2\n", "csv"),
        ("x.arff", b"% about\n@RELATION x\n", "arff"),
        ("x.ts", b"#about\n@problemName x\n@classLabel true 1 2\n@data\n1,2:1", "ts"),
        ("x.txt", b"@problemname x\r\n@univariate true\r\n@DATA\r\n1,2", "ts"),
        ("x.ts", b"export const a = 1\n", "text for people"),
        ("x.csv", b"<!DOCTYPE html><html>", "HTML page"),
        ("x.csv", b"SQLite format 3\0...", "sqlite"),
        ("x.csv", PNG, "image"),
        ("x.jpg", b"RIFF\0\0\0\0WEBPVP8 ", "image"),
        ("x.tif", b"II*\0\x08\0\0\0", "image"),
        ("x", b"RIFF\0\0\0\0WAVEfmt ", "sound"),
        ("x", b"fLaC\0\0\0\x22", "sound"),
        ("x", b"\xff\xfb\x90\x64\0\0\0\0", "sound"),
        ("x.bin", bytes(range(256)), "binary file"),
        ("README.md", b"# A set\n\nabout, it\n", "text for people"),
        ("LICENSE", b"Apache\n", "text for people"),
        ("x.csv", "a,b\n1,2\n".encode("utf-16"), "csv"),
        ("x.csv.gz", gzip.compress(b"a,b\n", mtime=0), "gz"),
    ],
)
def test_content_decides_before_the_name(tmp_path, name, content, format_):
    path = tmp_path / name
    path.write_bytes(content)
    assert format_of(path, content) == format_


def test_containers(tmp_path):
    pl.DataFrame({"a": [1]}).write_excel(tmp_path / "book.csv")
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "table.csv")
    with zipfile.ZipFile(tmp_path / "pack.csv", "w") as archive:
        archive.writestr("a.csv", "a\n1\n")
    np.savez(tmp_path / "arrays", x=np.zeros((2, 3)))
    with tarfile.open(tmp_path / "ball.csv", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"), io.BytesIO())
    found = {
        path.stem: format_of(path, path.read_bytes()) for path in tmp_path.iterdir()
    }
    assert found == {
        "book": "excel",
        "table": "parquet",
        "pack": "zip",
        "ball": "tar",
        "arrays": "npz",
    }
