import polars as pl
import pytest

from labwright.parts.save_table import save_table


@pytest.mark.parametrize("name", ["new/table.csv", "new/table.parquet"])
def test_a_table_is_written_in_the_form_of_its_suffix(tmp_path, name):
    table = pl.DataFrame({"row": [1, 2], "prediction": ["a", "é"]})
    save_table(table, tmp_path / name)
    read = pl.read_parquet if name.endswith("parquet") else pl.read_csv
    assert read(tmp_path / name).equals(table)
