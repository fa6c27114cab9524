import json

import polars as pl
import pytest

from labwright.parts.read_json import read_json


@pytest.mark.parametrize(
    ("content", "reading"),
    [
        ([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}], {}),
        (
            {"d": {"rows": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]}},
            {"records": ["d", "rows"]},
        ),
        ({"a": [1, 2], "b": ["x", "y"]}, {}),
        ({"a": {"0": 1, "1": 2}, "b": {"0": "x", "1": "y"}}, {}),
        ({"data": [[1, "x"], [2, "y"]]}, {"records": ["data"], "columns": ["a", "b"]}),
    ],
)
def test_forms(tmp_path, content, reading):
    (tmp_path / "x.json").write_text(json.dumps(content))
    table = read_json(tmp_path / "x.json", reading)
    assert table.equals(pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}))


def test_absent_keys_nested_objects_and_mixed_types(tmp_path):
    content = [{"a": 1, "at": {"x": 1.5}}, {"a": "two", "late": True}]
    (tmp_path / "x.json").write_text(json.dumps(content), encoding="utf-8-sig")
    table = read_json(tmp_path / "x.json", {})
    assert table.to_dict(as_series=False) == {
        "a": ["1", "two"],
        "at.x": [1.5, None],
        "late": [None, True],
    }


def test_lists_beside_other_cells_are_refused_with_the_column(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps({"a": [1, 2], "b": [["x"], 2]}))
    with pytest.raises(ValueError, match="cells of one type in 'b'"):
        read_json(tmp_path / "x.json", {})


def test_lists_of_words_and_numbers_are_refused(tmp_path):
    (tmp_path / "x.json").write_text(json.dumps([[["x", "y"], 1], [["x", -1e308], 2]]))
    with pytest.raises(ValueError, match="lists of values of one type"):
        read_json(tmp_path / "x.json", {"columns": ["a", "b"]})
