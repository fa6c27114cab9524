import json
import sqlite3

import numpy as np
import polars as pl
import pytest

from labwright.acquire import limits
from labwright.acquire.headers import header_of
from labwright.errors import ReadError, TooLargeError


@pytest.mark.parametrize(
    ("content", "reading"),
    [
        ([{"a": 1}, {"a": 2}], {}),
        ({"meta": {"n": 1}, "data": [{"a": 1}]}, {"records": ["data"]}),
        ({"result": {"rows": [{"a": 1}]}}, {"records": ["result", "rows"]}),
        ({"a": [1, 2]}, {}),
        ({"a": {"0": 1, "1": 2}, "b": {"0": 1, "1": 2}}, {}),
        (
            {"columns": ["a"], "data": [[1], [2]]},
            {"records": ["data"], "columns": ["a"]},
        ),
    ],
)
def test_where_the_table_is_in_json(tmp_path, content, reading):
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content))
    header = header_of(path, "json", "x.json")
    assert header.reading == reading
    assert header.columns[0] == "a"


@pytest.mark.parametrize("content", [{"a": 1}, [1, 2], "x", []])
def test_json_without_a_table(tmp_path, content):
    (tmp_path / "x.json").write_text(json.dumps(content))
    with pytest.raises(ReadError, match="neither a list of objects"):
        header_of(tmp_path / "x.json", "json", "x.json")


def test_latin_1_after_the_sample_is_noticed(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 100_000 + "é,2\n".encode("cp1252"))
    assert header_of(path, "csv", "x.csv").reading["encoding"] == "cp1252"


def test_a_title_above_a_sheets_header_is_skipped(tmp_path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as book:
        sheet = book.add_worksheet("Sales")
        sheet.write(0, 0, "Sales of 2024")
        for i, row in enumerate(
            [["day", "units", "price"], [1, 2, 3.5], [2, None, 4.5]], start=2
        ):
            sheet.write_row(i, 0, row)
    header = header_of(tmp_path / "x.xlsx" / "Sales", "excel", "x.xlsx/Sales")
    assert header.columns == ["day", "units", "price"]


def test_hive_keys_come_from_the_tables_path(tmp_path):
    path = tmp_path / "part.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(path)
    header = header_of(path, "parquet", "sales/year=2024/month=1/part.parquet")
    assert header.columns == ["a", "year", "month"]
    assert header.reading == {"hive": ["year", "month"]}


def test_series_name_their_target_and_its_classes(tmp_path):
    path = tmp_path / "x.ts"
    path.write_text("@problemName x\n@classLabel true a b\n@data\n1,2:3:a\n")
    header = header_of(path, "ts", "x.ts")
    assert header.columns == ["dim_0", "dim_1", "class"]
    assert (header.target, header.class_names) == ("class", {"class": ("a", "b")})


def test_arrays_say_how_many_channels_they_have(tmp_path):
    path = tmp_path / "x.npz"
    np.savez(path, X_train=np.zeros((4, 2, 9)), y_train=np.zeros(4))
    header = header_of(path, "npz", "x.npz")
    assert header.columns == ["X_0", "X_1", "y"]
    assert header.reading == {"channels": {"X": 2}}


def test_arrays_of_python_objects_are_refused(tmp_path):
    path = tmp_path / "x.npz"
    np.savez(path, X=np.array([[1], [2, 3]], dtype=object))
    with pytest.raises(ReadError, match="allow_pickle=False"):
        header_of(path, "npz", "x.npz")


def test_arff_names_its_values(tmp_path):
    path = tmp_path / "x.arff"
    path.write_text(
        "@RELATION x\n@ATTRIBUTE n REAL\n@ATTRIBUTE 'the kind' {good, 'very good', 'it\\'s'}\n@DATA\n1,good\n"
    )
    header = header_of(path, "arff", "x.arff")
    assert header.columns == ["n", "the kind"]
    assert header.class_names == {"the kind": ("good", "very good", "it's")}


def test_a_database_table(tmp_path):
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute('CREATE TABLE "my orders" (id, "the price")')
    database.close()
    header = header_of(tmp_path / "x.db" / "my orders", "sqlite", "x.db/my orders")
    assert header.columns == ["id", "the price"]


def test_equal_rows_that_take_no_room_in_a_parquet_file_do_in_memory(
    tmp_path, monkeypatch
):
    path = tmp_path / "x.parquet"
    pl.DataFrame({"a": pl.repeat(0, 1_000_000, eager=True)}).write_parquet(path)
    assert path.stat().st_size < 100_000
    monkeypatch.setattr(limits, "memory_bytes", lambda: 4_000_000)
    with pytest.raises(TooLargeError, match=r"3\.8 MiB; found 7\.6 MiB"):
        header_of(path, "parquet", "x.parquet")


@pytest.mark.parametrize("kind", ["parquet", "jsonl", "json", "arff"])
def test_a_damaged_file_is_a_read_error_about_it(tmp_path, kind):
    (tmp_path / "x").write_bytes(b"PAR1 {not anything")
    with pytest.raises(ReadError) as caught:
        header_of(tmp_path / "x", kind, "data/x")
    assert caught.value.key == "data/x"
