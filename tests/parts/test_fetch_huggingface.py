import datasets
import polars as pl

from labwright.parts.fetch_huggingface import named_table, sha256_of_rows


def test_labels_become_their_names_in_lists_too():
    features = datasets.Features(
        {
            "x": datasets.Value("int64"),
            "kind": datasets.ClassLabel(names=["neg", "pos"]),
            "tags": datasets.List(datasets.ClassLabel(names=["noun", "verb"])),
        }
    )
    columns = {"x": [1, 2, 3], "kind": [1, 0, -1], "tags": [[0, 1], [], [1]]}
    table = named_table(datasets.Dataset.from_dict(columns, features=features))
    assert table["kind"].to_list() == ["pos", "neg", None]
    assert table["tags"].to_list() == [["noun", "verb"], [], ["verb"]]
    assert table.schema["kind"] == pl.Enum(["neg", "pos"])


def test_the_fingerprint_is_of_the_rows_and_not_of_the_parquet_writer(tmp_path):
    table = pl.DataFrame(
        {"a": [1, None, 3], "b": ["é", b"\xff".hex(), None], "c": [[0.1], [], None]}
    )
    table.write_parquet(tmp_path / "a.parquet", compression="zstd")
    table.write_parquet(
        tmp_path / "b.parquet", compression="uncompressed", row_group_size=2
    )
    table[::-1].write_parquet(tmp_path / "c.parquet")
    a, b, c = (sha256_of_rows(tmp_path / f"{name}.parquet") for name in "abc")
    assert a == b != c
    assert len(a) == 64


def test_images_are_the_bytes_of_their_files(tmp_path):
    (tmp_path / "a.png").write_bytes(b"not decoded")
    features = datasets.Features(
        {"image": datasets.Image(), "y": datasets.Value("int8")}
    )
    columns = {
        "image": [str(tmp_path / "a.png"), {"bytes": b"b", "path": "b.png"}],
        "y": [0, 1],
    }
    table = named_table(datasets.Dataset.from_dict(columns, features=features))
    assert table["image"].to_list() == [
        {"bytes": b"not decoded", "path": "a.png"},
        {"bytes": b"b", "path": "b.png"},
    ]
