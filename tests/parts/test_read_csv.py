import pytest

from labwright.parts.read_csv import read_csv


def read(tmp_path, content, **reading):
    path = tmp_path / "x[1].csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_csv(path, reading)


def test_every_cell_is_text_as_it_is_written(tmp_path):
    table = read(tmp_path, 'zip,price,note\n02139,"$1,234.50",\n10001,7.0,""\n')
    assert table.rows() == [("02139", "$1,234.50", None), ("10001", "7.0", "")]


@pytest.mark.parametrize(
    ("content", "reading"),
    [
        ("a;b\n1;é\n", {"separator": ";"}),
        ("a\tb\n1\té\n", {"separator": "\t"}),
        ("  a   b \n 1   é\n", {"separator": "whitespace"}),
        ("a,b\n'1','é'\n", {"quote": "'"}),
        ("a,b\n1,é\n".encode("cp1252"), {"encoding": "cp1252"}),
        ("a,b\n1,é\n".encode("utf-16"), {"encoding": "utf-16"}),
        ("\ufeffa,b\r\n1,é\r\n", {}),
        ('a title, "half quoted\n\na,b\n1,é\n', {"skip": 2}),
        ("1,é\n", {"columns": ["a", "b"]}),
        ("a b\nx 1 é\n".replace("x ", ""), {"separator": " "}),
        ("# note\na,b\n# more\n1,é\n", {"comment": "#"}),
        (" a ,b\n1,é\n", {}),
        ("a,b\r1,é\r", {"line_end": "\r"}),
        ("a,b\n\n1,é\n\n", {}),
    ],
)
def test_options(tmp_path, content, reading):
    assert read(tmp_path, content, **reading).to_dicts() == [{"a": "1", "b": "é"}]


def test_blanks_in_quotes_do_not_separate(tmp_path):
    table = read(tmp_path, 'a b\n1   "two words"\n', separator="whitespace")
    assert table["b"].to_list() == ["two words"]


def test_a_column_without_a_name_gets_its_number(tmp_path):
    assert read(tmp_path, ",b\n1,2\n").columns == ["column_1", "b"]


def test_a_ragged_line_is_named(tmp_path):
    with pytest.raises(ValueError, match="expected 2 cells in line 3, found 3"):
        read(tmp_path, "a,b\n1,2\n3,4,5\n")
    with pytest.raises(ValueError, match="expected 2 cells in line 4, found 3"):
        read(tmp_path, "title\na,b\n1,2\n3,4,5\n", skip=1)


def test_hive_keys_become_columns(tmp_path):
    folder = tmp_path / "year=2024" / "city=S%C3%A3o Paulo"
    folder.mkdir(parents=True)
    (folder / "x.csv").write_text("a\n1\n")
    table = read_csv(folder / "x.csv", {"hive": ["year", "city"]})
    assert table.to_dicts() == [{"a": "1", "year": "2024", "city": "São Paulo"}]
