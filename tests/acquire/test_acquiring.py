import gzip
import hashlib
import io
import sqlite3
import tarfile
import zipfile

import polars as pl
import pytest
from tests.servers import serve_files

from labwright.acquire import acquire
from labwright.errors import (
    ChangedError,
    NotFoundError,
    ReadError,
    SourceError,
)
from labwright.parts import unpack
from labwright.parts.read_csv import read_csv
from labwright.parts.read_parquet import read_parquet
from labwright.task.model import Source, Task

CSV = b"x,kind\n1,a\n2,b\n3,a\n"


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path


def acquired(workspace, identifier, **more):
    task = Task(
        name="t", data_sources=(Source(type="local", identifier=identifier, **more),)
    )
    return acquire(task, raw(workspace), workspace, progress=False)


def raw(workspace):
    return workspace / "experiments" / "20260101_000000_t" / "data" / "raw"


def test_a_local_file(workspace):
    (workspace / "data" / "kinds.csv").write_bytes(CSV)
    result = acquired(workspace, "data/kinds.csv")
    assert result.fetch == "fetch_local"
    assert result.source == "data/kinds.csv"
    assert result.files == {"kinds.csv": hashlib.sha256(CSV).hexdigest()}
    assert result.unpacked == "keep_files"
    assert result.size == len(CSV)
    assert result.max_bytes is None
    (table,) = result.tables
    assert (table.path, table.reader, table.columns) == (
        "kinds.csv",
        "read_csv",
        ("x", "kind"),
    )
    assert read_csv(result.folder / table.path, table.reading).shape == (3, 2)
    assert len(result.fingerprint) == 64


def test_an_absolute_path_inside_the_workspace_moves_with_it(workspace):
    (workspace / "data" / "kinds.csv").write_bytes(CSV)
    assert (
        acquired(workspace, str(workspace / "data" / "kinds.csv")).source
        == "data/kinds.csv"
    )


def test_a_folder_lists_all_tables_and_says_what_it_left_aside(workspace):
    for name in ("train.csv", "test.csv", "README.md"):
        (workspace / "data" / name).write_bytes(CSV)
    (workspace / "data" / "cat.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (workspace / "data" / "broken.parquet").write_bytes(b"PAR1 broken")
    result = acquired(workspace, "data")
    assert [table.path for table in result.tables] == ["test.csv", "train.csv"]
    assert result.official == {"train.csv": "train", "test.csv": "test"}
    assert "Left aside: 1 x image." in result.notes
    assert any("broken.parquet" in note for note in result.notes)


def test_a_glob(workspace):
    for name in ("2023.csv", "2024.csv", "about.txt"):
        (workspace / "data" / name).write_bytes(CSV)
    result = acquired(workspace, "data/20*.csv")
    assert list(result.files) == ["2023.csv", "2024.csv"]
    assert result.source == "data/20*.csv"


def test_hive_partitions_become_columns(workspace):
    for year in (2023, 2024):
        folder = workspace / "data" / "sales" / f"year={year}"
        folder.mkdir(parents=True)
        pl.DataFrame({"units": [year, 1]}).write_parquet(folder / "part-0.parquet")
    result = acquired(workspace, "data/sales")
    assert [table.columns for table in result.tables] == [("units", "year")] * 2
    table = result.tables[1]
    rows = read_parquet(result.folder / table.path, table.reading)
    assert rows["year"].to_list() == ["2024", "2024"]


def archive(kind: str, files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w") as target:
            for name, content in files.items():
                target.writestr(name, content)
    elif kind == "gz":
        buffer.write(gzip.compress(next(iter(files.values()))))
    else:
        with tarfile.open(
            fileobj=buffer, mode="w:gz" if kind == "tar.gz" else "w"
        ) as target:
            for name, content in files.items():
                info = tarfile.TarInfo(f"./{name}")
                info.size = len(content)
                target.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("kind", "table", "part"),
    [
        ("zip", "pack.zip/in/train.csv", "unpack_zip"),
        ("tar", "pack.tar/in/train.csv", "unpack_tar"),
        ("tar.gz", "pack.tar.gz/in/train.csv", "unpack_tar"),
        ("gz", "pack.gz/pack", "unpack_gz"),
    ],
)
def test_tables_inside_archives(workspace, kind, table, part):
    files = {
        "in/train.csv": CSV,
        "in/cat.png": b"\x89PNG",
        "__MACOSX/in/._train.csv": b"x",
    }
    (workspace / "data" / f"pack.{kind}").write_bytes(archive(kind, files))
    result = acquired(workspace, f"data/pack.{kind}")
    assert [found.path for found in result.tables] == [table]
    assert result.unpacked == part
    (path,) = getattr(unpack, part)(result.folder, [table])
    assert path.read_bytes() == CSV


def test_a_member_that_would_leave_the_folder_is_never_written(workspace):
    files = {"../../evil.csv": CSV, "/evil.csv": CSV, "good.csv": CSV}
    (workspace / "data" / "pack.zip").write_bytes(archive("zip", files))
    with pytest.raises(ReadError, match=r"found \.\./\.\./evil\.csv, a path"):
        acquired(workspace, "data/pack.zip")
    assert not list(workspace.rglob("evil.csv"))


def test_sheets_and_database_tables_are_tables(workspace):
    import xlsxwriter

    with xlsxwriter.Workbook(workspace / "data" / "book.xlsx") as book:
        book.add_worksheet("Empty")
        for name in ("One", "Two"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["a", "b"])
            sheet.write_row(1, 0, [1, name])
    with sqlite3.connect(workspace / "data" / "shop.db") as database:
        database.execute("CREATE TABLE orders (id, price)")
        database.execute("CREATE TABLE people (id, name)")
    database.close()
    paths = [table.path for table in acquired(workspace, "data").tables]
    assert paths == [
        "book.xlsx/One",
        "book.xlsx/Two",
        "shop.db/orders",
        "shop.db/people",
    ]
    picked = acquired(workspace, "data", file="shop.db/people").tables
    assert [table.path for table in picked] == ["shop.db/people"]
    picked = acquired(workspace, "data", file="book.xlsx").tables
    assert [table.path for table in picked] == ["book.xlsx/One", "book.xlsx/Two"]


def test_file_picks_and_names_the_nearest(workspace):
    for name in ("train.csv", "other.csv"):
        (workspace / "data" / name).write_bytes(CSV)
    assert [t.path for t in acquired(workspace, "data", file="tr*.csv").tables] == [
        "train.csv"
    ]
    with pytest.raises(NotFoundError) as caught:
        acquired(workspace, "data", file="trian.csv")
    assert caught.value.candidates[0] == "train.csv"
    assert caught.value.key == "data_sources[0].file"


def test_nothing_there_names_what_lies_beside(workspace):
    (workspace / "data" / "penguins.csv").write_bytes(CSV)
    with pytest.raises(NotFoundError) as caught:
        acquired(workspace, "data/penguin.csv")
    assert caught.value.candidates == ("data/penguins.csv",)
    assert caught.value.key == "data_sources[0].identifier"
    assert not raw(workspace).exists()


def test_another_sha256_is_refused_and_the_file_removed(workspace):
    (workspace / "data" / "kinds.csv").write_bytes(CSV)
    with pytest.raises(ChangedError, match="expected a file with sha256 0000"):
        acquired(workspace, "data/kinds.csv", sha256="0" * 64)
    assert not list(raw(workspace).iterdir())
    digest = hashlib.sha256(CSV).hexdigest()
    assert acquired(workspace, "data/kinds.csv", sha256=digest).tables


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"<!DOCTYPE html><html></html>", "an HTML page"),
        (b"\x89PNG\r\n\x1a\n", "1 x image"),
        (b"", "an empty file"),
        (b"a,b\n1,2\n3,4,5\n6,7\n", "3"),
    ],
)
def test_what_is_no_table(workspace, content, found):
    (workspace / "data" / "x.csv").write_bytes(content)
    with pytest.raises(ReadError) as caught:
        acquired(workspace, "data/x.csv")
    assert found in caught.value.found


def test_a_damaged_archive(workspace):
    content = archive("zip", {"a.csv": CSV * 1000})
    (workspace / "data" / "x.zip").write_bytes(content[: len(content) // 2])
    with pytest.raises(ReadError, match="damaged ZIP"):
        acquired(workspace, "data/x.zip")


def test_format_overrules_the_sniffer(workspace):
    (workspace / "data" / "x.dat").write_text('{"a": 1}\n')
    (table,) = acquired(workspace, "data/x.dat", format="jsonl").tables
    assert table.reader == "read_jsonl"


def test_sources_of_several_kinds_each_have_a_folder_of_their_own(workspace):
    (workspace / "data" / "kinds.csv").write_bytes(CSV)
    more = b'{"x": 1, "size": 3}\n{"x": 2, "size": 4}\n'
    packed = archive("zip", {"in/more.csv": CSV})
    with (
        serve_files({"more.jsonl": more}) as one,
        serve_files({"p.zip": packed}) as two,
    ):
        sources = (
            Source(type="url", identifier=f"{one.url}/more.jsonl", join={"on": ("x",)}),
            Source(type="local", identifier="data/kinds.csv"),
            Source(type="url", identifier=f"{two.url}/p.zip", max_size=9_999),
        )
        task = Task(name="t", data_sources=sources)
        result = acquire(task, raw(workspace), workspace, progress=False)
    assert (result.fetch, result.source) == ("fetch_local", "data/kinds.csv")
    assert list(result.files) == [
        "kinds.csv",
        "source_1/more.jsonl",
        "source_3/p.zip",
    ]
    assert [(t.path, t.reader, t.source) for t in result.tables] == [
        ("source_1/more.jsonl", "read_jsonl", 0),
        ("kinds.csv", "read_csv", 1),
        ("source_3/p.zip/in/more.csv", "read_csv", 2),
    ]
    assert [(p.folder, p.fetch, p.max_bytes) for p in result.further] == [
        ("source_1", "fetch_url", 2**30),
        ("source_3", "fetch_url", 9_999),
    ]
    assert (result.unpacked, result.unpackers) == ("unpack_zip", ("unpack_zip",))
    assert result.joined == (0,)
    (path,) = unpack.unpack_zip(result.folder, ["source_3/p.zip/in/more.csv"])
    assert path.read_bytes() == CSV


def test_an_error_names_the_source_that_it_is_about(workspace):
    (workspace / "data" / "kinds.csv").write_bytes(CSV)
    (workspace / "data" / "more.csv").write_bytes(CSV * 2)
    for wrong, key in (
        ({"identifier": "data/more.tsv"}, "identifier"),
        ({"identifier": "data/more.csv", "sha256": "0" * 64}, "sha256"),
        ({"identifier": "data/more.csv", "file": "other.csv"}, "file"),
    ):
        sources = (
            Source(type="local", identifier="data/kinds.csv"),
            Source(type="local", **wrong),
        )
        with pytest.raises(SourceError) as caught:
            acquire(Task(name="t", data_sources=sources), raw(workspace), workspace)
        assert caught.value.key == f"data_sources[1].{key}"


def test_one_file_may_be_two_sources(workspace):
    with sqlite3.connect(workspace / "data" / "shop.sqlite") as shop:
        shop.execute("CREATE TABLE orders (customer INTEGER, price REAL)")
        shop.execute("CREATE TABLE customers (id INTEGER, city TEXT)")
    sources = tuple(
        Source(type="local", identifier="data/shop.sqlite", file=f"shop.sqlite/{name}")
        for name in ("orders", "customers")
    )
    result = acquire(Task(name="t", data_sources=sources), raw(workspace), workspace)
    assert [(table.path, table.source) for table in result.tables] == [
        ("shop.sqlite/orders", 0),
        ("shop.sqlite/customers", 1),
    ]


def test_a_staging_folder_of_any_depth_will_do(workspace, tmp_path):
    (workspace / "data" / "kinds.csv").write_bytes(CSV)
    task = Task(
        name="t", data_sources=(Source(type="local", identifier="data/kinds.csv"),)
    )
    folder = workspace / "experiments" / ".staging" / "a" / "b" / "data" / "raw"
    assert (acquire(task, folder, workspace).folder / "kinds.csv").read_bytes() == CSV


def test_several_local_sources_are_fetched_together(workspace):
    for name in ("a/2023.csv", "b/2024.csv"):
        (workspace / "data" / name).parent.mkdir()
        (workspace / "data" / name).write_bytes(CSV)
    sources = tuple(
        Source(type="local", identifier=f"data/{name}")
        for name in ("a/2023.csv", "b/2024.csv")
    )
    result = acquire(Task(name="t", data_sources=sources), raw(workspace), workspace)
    assert result.source == "data"
    assert [table.path for table in result.tables] == ["a/2023.csv", "b/2024.csv"]


def test_prose_beside_tables_is_left_aside(workspace):
    (workspace / "data" / "kinds.csv").write_bytes(CSV)
    (workspace / "data" / "about.txt").write_text(
        "These are kinds.\nMeasured in 2024.\n"
    )
    result = acquired(workspace, "data")
    assert [table.path for table in result.tables] == ["kinds.csv"]
    assert result.notes == ("Left aside: 1 x text for people.",)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("identifier", "more"),
    [("data", {"file": "train.csv"}), ("data", {"file": "tr*"}), ("data/tr*.csv", {})],
)
def test_the_sha256_of_another_file_is_refused(workspace, identifier, more):
    (workspace / "data" / "train.csv").write_bytes(CSV)
    (workspace / "data" / "test.csv").write_bytes(CSV * 2)
    (workspace / "data" / "trial.csv").write_bytes(CSV * 3)
    with pytest.raises(ChangedError) as caught:
        acquired(workspace, identifier, sha256=sha256(CSV * 2), **more)
    assert f"{sha256(CSV)} (train.csv)" in caught.value.found
    assert caught.value.key == "data_sources[0].sha256"
    assert acquired(workspace, identifier, sha256=sha256(CSV), **more).tables


def test_the_sha256_of_a_member_is_that_of_its_archive(workspace):
    packed = archive("zip", {"in/train.csv": CSV})
    (workspace / "data" / "pack.zip").write_bytes(packed)
    (workspace / "data" / "other.csv").write_bytes(CSV)
    for file in ("train.csv", "pack.zip/in/train.csv"):
        assert acquired(workspace, "data", file=file, sha256=sha256(packed)).tables
    with pytest.raises(ChangedError, match=r"the expected one is that of other\.csv"):
        acquired(workspace, "data", file="pack.zip/in/train.csv", sha256=sha256(CSV))


def test_each_joined_source_has_its_own_sha256(workspace):
    contents = {"a/x.csv": CSV, "b/x.csv": CSV * 2}
    for name, content in contents.items():
        (workspace / "data" / name).parent.mkdir()
        (workspace / "data" / name).write_bytes(content)

    def joined(*sha256s):
        sources = tuple(
            Source(type="local", identifier=f"data/{name}", sha256=sha256)
            for name, sha256 in zip(contents, sha256s, strict=True)
        )
        task = Task(name="t", data_sources=sources)
        return acquire(task, raw(workspace), workspace, progress=False)

    assert joined(sha256(CSV), sha256(CSV * 2)).tables
    with pytest.raises(ChangedError) as caught:
        joined(sha256(CSV), sha256(CSV))
    assert caught.value.key == "data_sources[1].sha256"


def test_each_source_is_read_in_its_own_format(workspace):
    (workspace / "data" / "a.dat").write_bytes(CSV)
    (workspace / "data" / "b.dat").write_text('{"x": 1}\n')
    sources = (
        Source(type="local", identifier="data/a.dat"),
        Source(type="local", identifier="data/b.dat", format="jsonl"),
    )
    task = Task(name="t", data_sources=sources)
    tables = acquire(task, raw(workspace), workspace).tables
    assert [table.reader for table in tables] == ["read_csv", "read_jsonl"]
