"""What a task file may not say: one error that names the key and what it may say."""

import pytest

from labwright.errors import TaskError, TaskFileError
from labwright.task.read import read_task

DATA = {"data_sources": "a.csv"}


@pytest.mark.parametrize(
    ("given", "key", "candidates"),
    [
        ({}, "data_sources", ()),
        ({"data_sources": []}, "data_sources", ()),
        ({"data_sources": 5}, "data_sources[0]", ()),
        ({"data_sources": [{"type": "local"}]}, "data_sources[0].identifier", ()),
        (
            {"data_sources": ["a", {"type": "kagle", "id": "b"}]},
            "data_sources[1].type",
            ("kaggle",),
        ),
        ({"data": {"path": "a.zip", "file": "../b"}}, "data_sources[0].file", ()),
        ({"data": {"path": "a.zip", "file": "/b"}}, "data_sources[0].file", ()),
        ({"data": {"id": "hf://a/b", "config": "../c"}}, "data_sources[0].config", ()),
        ({"data": {"path": "a", "sha256": "x"}}, "data_sources[0].sha256", ()),
        ({"data": {"path": "a", "max_size": "big"}}, "data_sources[0].max_size", ()),
        (
            DATA | {"task_type": "clustering"},
            "task_type",
            ("regression", "classification", "sequence"),
        ),
        (DATA | {"split": "tmie"}, "split.rule", ("time",)),
        (DATA | {"training": {"epochs": "many"}}, "training.epochs", ()),
        (DATA | {"training": {"epochs": 0}}, "training.epochs", ()),
        (DATA | {"training": {"epochs": 2.5}}, "training.epochs", ()),
        (DATA | {"training": {"epochs": True}}, "training.epochs", ()),
        (DATA | {"training": 5}, "training", ()),
        (DATA | {"model": {"d_model": 128}}, "model.d_model", ()),
        (DATA | {"model": {"dropout": 1}}, "model.dropout", ()),
        (DATA | {"seed": -1}, "seed", ()),
        (DATA | {"target": ["a", "a"]}, "target", ()),
        (DATA | {"target": {"a": 1}}, "target", ()),
        (DATA | {"description": {"a": 1}}, "description", ()),
        (DATA | {"expected_baseline": [1]}, "expected_baseline", ()),
    ],
)
def test_a_bad_value_names_its_key(read, given, key, candidates):
    with pytest.raises(TaskError) as caught:
        read(given)
    error = caught.value
    assert error.key == key
    assert error.candidates == candidates
    assert error.expected
    assert error.found
    assert error.fix
    assert "pydantic" not in str(error).lower()


def test_no_file_names_the_command_that_makes_one(tmp_path):
    with pytest.raises(TaskFileError, match="labwright new"):
        read_task(tmp_path / "next_task.json")
    with pytest.raises(TaskFileError):
        read_task(tmp_path)
    with pytest.raises(TaskFileError):
        read_task(tmp_path / "\0")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": 1,\n "b": }', "line 2, column 7"),
        (b"", "line 1, column 1"),
        (b"[1]", "one JSON object"),
        (b'{"a": 1, "a": 2}', 'the key "a" twice'),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 1e999}', "1e999"),
        (b'{"a": ' + b"9" * 5000 + b"}", "99999"),
        (b'{"a": ' + b"[" * 50 + b"]" * 50 + b"}", "within each other"),
        (b"[" * 200_000, "within each other"),
        (b'{"a": "\\ud800"}', "whole characters"),
        (b'{"\\udfff": 1}', "whole characters"),
        (b'{"a": "\\u0000"}', "whole characters"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b"{}" + b" " * (5 << 20), "at most 4 MiB"),
    ],
)
def test_what_is_no_plain_json_object(read, data, message):
    with pytest.raises(TaskFileError, match=message):
        read(data)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(read, encoding):
    text = '{"data": "a.csv", "description": "Größe"}'
    assert read(text.encode(encoding)).task.description == "Größe"


@pytest.mark.parametrize(
    ("rule", "column"), [("stratified", "group_column"), ("time", "group_column")]
)
def test_a_column_of_another_rule_is_refused_not_ignored(read, rule, column):
    with pytest.raises(TaskError) as caught:
        read(DATA | {"split": {"rule": rule, column: "island"}})
    assert caught.value.key == f"split.{column}"
    assert '"rule": "group"' in caught.value.fix
