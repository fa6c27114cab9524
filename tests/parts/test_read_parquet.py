import polars as pl

from labwright.parts.read_parquet import read_parquet


def test_types_are_kept_categories_become_text_and_objects_columns(tmp_path):
    table = pl.DataFrame(
        {
            "n": [1, None],
            "kind": pl.Series(["a", "b"], dtype=pl.Enum(["b", "a"])),
            "at": [{"x": 1, "more": {"y": 2.5}}, None],
            "tags": [["u"], []],
            "points": [[{"x": 1}], None],
        }
    )
    folder = tmp_path / "year=2024"
    folder.mkdir()
    table.write_parquet(folder / "x.parquet")
    found = read_parquet(folder / "x.parquet", {"hive": ["year"]})
    assert found.schema == {
        "n": pl.Int64,
        "kind": pl.String,
        "at.x": pl.Int64,
        "at.more.y": pl.Float64,
        "tags": pl.List(pl.String),
        "points": pl.String,
        "year": pl.String,
    }
    assert found["points"].to_list() == ['[{"x":1}]', None]


def test_keys_above_are_no_columns_unless_asked_for(tmp_path):
    (tmp_path / "year=2024").mkdir()
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "year=2024" / "x.parquet")
    assert read_parquet(tmp_path / "year=2024" / "x.parquet", {}).columns == ["a"]
