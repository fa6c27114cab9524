from labwright.parts.read_jsonl import read_jsonl


def test_keys_that_come_late_nested_objects_and_mixed_types(tmp_path):
    lines = ['{"a": 1, "at": {"x": 1.5}}'] * 200 + ["", '{"a": "two", "late": [1]}']
    (tmp_path / "x.jsonl").write_text("\n".join(lines), encoding="utf-8-sig")
    table = read_jsonl(tmp_path / "x.jsonl", {})
    assert table.shape == (201, 3)
    assert table.row(-1, named=True) == {"a": "two", "at.x": None, "late": [1]}
