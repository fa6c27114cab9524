import datetime

import polars as pl
import pytest
import xlsxwriter

from labwright.parts.read_excel import read_excel


@pytest.fixture
def book(tmp_path):
    with xlsxwriter.Workbook(
        tmp_path / "x.xlsx", {"default_date_format": "yyyy-mm-dd"}
    ) as book:
        book.add_worksheet("Empty")
        first = book.add_worksheet("First")
        first.write_row(0, 0, ["n", "text", " day ", None])
        first.write_row(1, 0, [1.5, "x", datetime.date(2024, 1, 2), 1])
        first.write_row(2, 0, [2, 7, datetime.date(2024, 1, 3), 2])
        second = book.add_worksheet("Second")
        second.write(0, 0, "A title")
        second.write_row(1, 0, ["a", "b"])
        second.write_row(2, 0, [1, 2])
    return tmp_path / "x.xlsx"


def test_a_workbook_means_its_first_sheet_with_cells(book):
    table = read_excel(book, {})
    assert table.columns == ["n", "text", "day", "column_4"]
    assert table["n"].to_list() == [1.5, 2.0]
    assert table["text"].to_list() == ["x", "7"]
    assert table.schema["day"] == pl.Date


def test_a_sheet_by_name_and_rows_above_its_header(book):
    assert read_excel(book / "Second", {"skip": 1}).to_dicts() == [{"a": 1, "b": 2}]
