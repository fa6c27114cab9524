import polars as pl
import pytest

from labwright.parts.save_table import save_table


@pytest.mark.parametrize("name", ["new/table.csv", "new/table.parquet"])
def test_a_table_is_written_in_the_form_of_its_suffix(tmp_path, name):
    table = pl.DataFrame({"row": [1, 2], "prediction": ["a", "é"]})
    save_table(table, tmp_path / name)
    read = pl.read_parquet if name.endswith("parquet") else pl.read_csv
    assert read(tmp_path / name).equals(table)


def test_no_formula_reaches_a_spreadsheet(tmp_path):
    texts = [
        "=1+1",
        "+x",
        "-x",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "-1",
        "+2.5e3",
        "a=b",
        None,
        "",
    ]
    table = pl.DataFrame({"=cmd": texts, "n": [-1.5] * len(texts)})
    table = table.with_columns(kind=pl.col("=cmd").cast(pl.Categorical))
    save_table(table, tmp_path / "x.csv")
    read = pl.read_csv(tmp_path / "x.csv", infer_schema=False)
    assert read.columns == ["'=cmd", "n", "kind"]
    escaped = [
        "'=1+1",
        "'+x",
        "'-x",
        "'@SUM(A1)",
        "'\tx",
        "'\rx",
        "-1",
        "+2.5e3",
        "a=b",
    ]
    assert read["'=cmd"].to_list()[:9] == escaped
    assert read["kind"].to_list()[:9] == escaped
    assert set(read["n"]) == {"-1.5"}
    save_table(table, tmp_path / "x.parquet")
    assert pl.read_parquet(tmp_path / "x.parquet")["=cmd"].to_list() == texts
