import hashlib
import json

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


def test_labels_of_hugging_face_get_their_names(tmp_path):
    label = {"names": ["O", "B-PER"], "_type": "ClassLabel"}
    features = {
        "tags": {"feature": label, "_type": "List"},
        "label": label,
        "tokens": {
            "feature": {"dtype": "string", "_type": "Value"},
            "_type": "Sequence",
        },
    }
    table = pl.DataFrame(
        {"tags": [[1, 0], [-1], None], "label": [0, -1, 1], "tokens": [["a"], [], None]}
    )
    path = tmp_path / "x.parquet"
    table.write_parquet(
        path, metadata={"huggingface": json.dumps({"info": {"features": features}})}
    )
    found = read_parquet(path, {})
    assert found["tags"].to_list() == [["B-PER", "O"], [None], None]
    assert found["label"].to_list() == ["O", None, "B-PER"]
    assert found["tokens"].to_list() == [["a"], [], None]


def test_files_stay_whole_with_the_fingerprint_of_what_they_hold(tmp_path):
    table = pl.DataFrame(
        {
            "image": [
                {"bytes": b"1", "path": "a.png"},
                {"bytes": b"1", "path": None},
                None,
            ],
            "raw": [b"2", None, b""],
            "label": [0, 1, 1],
        }
    )
    table.write_parquet(tmp_path / "x.parquet")
    found = read_parquet(tmp_path / "x.parquet", {})
    assert found.columns == ["image", "image.sha256", "raw", "raw.sha256", "label"]
    assert found["image"].to_list() == table["image"].to_list()
    assert found["raw"][0] == {"bytes": b"2", "path": None}
    one, two, none = found["image.sha256"]
    assert one == two == hashlib.sha256(b"1").hexdigest()
    assert none is found["raw.sha256"][1] is None
