import gzip
import zipfile

import polars as pl

from labwright.acquire.tables import find_tables


def test_a_damaged_member_leaves_nothing_half_made(tmp_path):
    content = gzip.compress(b"a,b\n1,2\n" * 1000)
    (tmp_path / "x.csv.gz").write_bytes(content[: len(content) // 2])
    tables = find_tables(tmp_path, ["x.csv.gz"], None)
    assert tables.found == []
    assert "x.csv.gz" in tables.unreadable
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["x.csv.gz"]


def test_a_packed_table_beside_a_plain_one(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("x.csv", "a,b\n1,2\n")
        archive.writestr("inner.zip", "PK\x03\x04")
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    tables = find_tables(tmp_path, ["b.zip", "a.csv"], None)
    assert [table.path for table in tables.found] == ["a.csv", "b.zip/x.csv"]
    assert tables.unpacked == "unpack_zip"


def test_archives_of_another_kind_are_named(tmp_path):
    for name in ("a.zip", "b.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr("x.csv", "a,b\n1,2\n")
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(b"a,b\n1,2\n"))
    tables = find_tables(tmp_path, ["a.zip", "b.zip", "c.csv.gz"], None)
    assert [table.path for table in tables.found] == ["a.zip/x.csv", "b.zip/x.csv"]
    assert tables.ignored == {"gz archive beside zip archives": 1}


def test_the_tasks_format_overrules_what_text_looks_like_but_no_magic_number(tmp_path):
    (tmp_path / "README.md").write_text("a,b\n1,2\n")
    pl.DataFrame({"a": [1], "b": [2]}).write_parquet(tmp_path / "x.parquet")
    tables = find_tables(tmp_path, ["README.md", "x.parquet"], "csv")
    assert [table.reader for table in tables.found] == ["read_csv", "read_parquet"]
