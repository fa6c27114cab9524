"""From acquired files to a profile."""

from pathlib import Path

import polars as pl
import pytest

from labwright.acquire.acquired import Acquired, Metadata, TableFile
from labwright.errors import ReadError, UnusableError
from labwright.parts.stack import stack
from labwright.profile import profile


def acquired(folder: Path, **files: str) -> Acquired:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    tables = tuple(TableFile(f"{name}.csv", "read_csv", {}, ()) for name in files)
    return Acquired(
        fetch="fetch_local",
        source="data",
        revision=None,
        files={table.path: None for table in tables},
        unpacked="keep_files",
        tables=tables,
        official={},
        metadata=Metadata(),
        folder=folder,
        size=0,
        max_bytes=None,
    )


def test_tables_of_equal_columns_are_stacked(tmp_path):
    files = acquired(tmp_path, one="a,b\n1,x\n", other="c\n5\n", two="b,a\ny,2\n")
    first, second = profile(files).tables
    assert [file.path for file in first.files] == ["one.csv", "two.csv"]
    assert first.table.to_dict(as_series=False) == {"a": [1, 2], "b": ["x", "y"]}
    assert second.table.columns == ["c"]


def test_headers_that_come_again_are_counted(tmp_path):
    head = "a,b\n"
    files = acquired(
        tmp_path,
        one=f"{head}1,a\n{head}2,b\n",
        two=f'{head}3,b\n"a","b"\n\n{head}4,a\n',
        other="c\nc\n5\n",
    )
    first, other = profile(files).tables
    assert first.table.to_dict(as_series=False) == {
        "a": [1, 2, 3, 4],
        "b": ["a", "b", "b", "a"],
    }
    assert (first.headers, first.file_rows) == (3, (2, 2))
    assert (other.headers, other.rows) == (0, 2)  # of one column it may be a value


def test_a_table_without_rows_is_left_out(tmp_path):
    files = acquired(tmp_path, full="a,b\n1,x\n", empty="c\n")
    assert [len(table.files) for table in profile(files).tables] == [1]


def test_nothing_but_empty_tables_is_an_error(tmp_path):
    with pytest.raises(UnusableError, match=r"empty.csv with 0 rows and 2 columns"):
        profile(acquired(tmp_path, empty="a,b\n"))


def test_a_file_that_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(ReadError, match=r"broken.csv"):
        profile(acquired(tmp_path, broken="a,b\n1,2\n3,4,5\n"))


def test_columns_that_are_typed_differently_become_text():
    typed = pl.DataFrame({"": [1], "l": [[1]]}), pl.DataFrame({"l": [[2]], "": ["x"]})
    assert stack(list(typed)).to_dict(as_series=False) == {
        "": ["1", "x"],
        "l": [[1], [2]],
    }
    wider = pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [1.5]})
    assert stack(list(wider))["a"].to_list() == [1.0, 1.5]
