import pytest

from labwright.acquire.sniff_csv import sniff_csv
from labwright.errors import ReadError


def sniff(text: str | bytes, name: str = "x.csv"):
    return sniff_csv(text if isinstance(text, bytes) else text.encode(), True, name)


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a\tb\n1,5\t2\n", "\t"),
        ("a|b\nx, y|2\n", "|"),
        ("a\nx y\nz\n", ","),
        ('name,note\nx,"a; b; c"\ny,"d; e; f"\n', ","),
    ],
)
def test_the_separator_divides_the_rows_evenly(text, separator):
    assert sniff(text)[0]["separator"] == separator


def test_runs_of_blanks_separate_in_data_files_but_never_in_csv():
    rows = ['18.0   8   307.0   "chevrolet chevelle"', '16.0  12   304.0   "amc rebel"']
    text = "\n".join(rows * 2)
    reading, columns = sniff(text, "auto.data")
    assert reading["separator"] == "whitespace"
    assert columns == ["column_1", "column_2", "column_3", "column_4"]
    prose = "These are kinds.\nMeasured in May.\nNobody knows why.\n"
    assert sniff(prose, "about.txt")[0]["separator"] == ","
    assert sniff("when\n2024-01-01 10:00\n2024-01-02 11:00\n")[1] == ["when"]


@pytest.mark.parametrize(
    ("first", "columns"),
    [
        ("a,b", ["a", "b"]),
        ("0,1", ["0", "1"]),  # pandas' names
        ("2019,2020", ["2019", "2020"]),
        (" a , b ", ["a", "b"]),
        (",b", ["column_1", "b"]),
        ("5.1,x", ["column_1", "column_2"]),  # a row of data
        ("5,x", ["column_1", "column_2"]),
    ],
)
def test_a_header_is_told_from_a_row_of_data(first, columns):
    body = "1.5,2\n7.25,3\n" if not first.endswith("x") else "4.9,y\n4.7,x\n"
    assert sniff(f"{first}\n{body}")[1] == columns


def test_words_that_come_back_below_are_no_header():
    assert sniff("p,x,s\ne,x,s\ne,b,s\np,x,y\n")[1] == [
        "column_1",
        "column_2",
        "column_3",
    ]
    assert sniff("kind,cap,smell\ne,x,s\ne,b,s\np,x,y\n")[1] == ["kind", "cap", "smell"]


def test_years_with_gaps_are_names_but_not_above_a_row_like_them():
    wide = "country,1850,1860,1990,1991\nChile,4,5,70,71\nPeru,3,6,60,66\n"
    assert sniff(wide)[1] == ["country", "1850", "1860", "1990", "1991"]
    spans = "Ann,1950,1968,1990\nBob,1951,1970,1999\nAda,1815,1833,1852\n"
    assert sniff(spans)[1] == ["column_1", "column_2", "column_3", "column_4"]


def test_digits_without_end_are_no_name():
    digits = "7" * 5_000  # beyond what int() reads
    assert sniff(f"{digits},1\n2,3\n4,5\n")[1] == ["column_1", "column_2"]


def test_dates_above_numbers_are_names():
    columns = sniff("Country,1/22/20,1/23/20\nChile,0,1\nPeru,3,4\n")[1]
    assert columns == ["Country", "1/22/20", "1/23/20"]


def test_row_names_of_r_get_a_column():
    reading, columns = sniff(
        '"mpg" "cyl"\n"Mazda" 21 6\n"Datsun" 22.8 4\n"Fiat" 32.4 4\n', "cars.txt"
    )
    assert columns == ["column_1", "mpg", "cyl"]
    assert reading["skip"] == 1


def test_lines_above_the_header_and_comments_are_skipped():
    assert sniff("Report of 2024\n\na,b\n1,2\n3,4\n")[0]["skip"] == 2
    reading, columns = sniff("# made by x\na,b\n1,2\n# half way\n3,4\n")
    assert reading["comment"] == "#"
    assert "skip" not in reading
    assert columns == ["a", "b"]
    assert sniff("#id,name\n1,x\n2,y\n")[1] == ["#id", "name"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("a,b\né,2\n".encode(), "utf8"),
        ("\ufeffa,b\né,2\n".encode(), "utf8"),
        ("a,b\né€,2\n".encode("cp1252"), "cp1252"),
        (b"a,b\n\x81,2\n", "latin-1"),
        ("a,b\né,2\n".encode("utf-16"), "utf-16"),
        ("a,b\nx,2\n".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_the_encoding(content, encoding):
    reading, columns = sniff(content)
    assert reading["encoding"] == encoding
    assert columns == ["a", "b"]


def test_single_quotes_where_cells_are_wrapped_in_them():
    assert sniff("a,b\n'x, y',2\n'z',3\n")[0]["quote"] == "'"
    assert sniff("a,b\nit's,2\nthat's,3\n")[0]["quote"] == '"'


def test_a_row_with_too_many_cells_is_named_by_its_line():
    with pytest.raises(ReadError, match=r"2 cells in line 4 of x\.csv.*found 3"):
        sniff("a,b\n1,2\n3,4\n5,6,7\n8,9\n")


@pytest.mark.parametrize("content", ["\n", "sep=;\n", "sep=,\n\n"])
def test_an_empty_file(content):
    with pytest.raises(ReadError, match="an empty file"):
        sniff(content)


def test_first_lines_that_cannot_be_read_are_an_error_about_the_file():
    with pytest.raises(
        ReadError, match=r"text in x\.csv; found in its first lines: .*\"2\"x"
    ):
        sniff('a,b\n1,"2"x\n')


def test_a_quote_inside_a_cell_is_a_character():
    assert sniff('a,b\n5" pipe,2\n6" pipe,3\n')[0]["quote"] is None
    assert sniff('a,b\n"5"" pipe",2\n')[0]["quote"] == '"'


def test_the_line_that_excel_understands():
    reading, columns = sniff("sep=;\na;b\n1;2\n")
    assert (reading["separator"], reading["skip"], columns) == (";", 1, ["a", "b"])


def test_old_line_ends():
    reading, columns = sniff("a,b\r1,2\r3,4\r")
    assert (reading["line_end"], columns) == ("\r", ["a", "b"])


def test_two_columns_may_have_one_name():
    assert sniff("id,v,v\n1,2,3\n4,5,6\n")[1] == ["id", "v", "v_duplicated_0"]
