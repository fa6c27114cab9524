"""A new task file is valid, honest and never written over another."""

import json

import pytest

from labwright.errors import LabwrightError, NoTargetError, NotFoundError, TaskFileError
from labwright.task.new import new_task, write_new_task

TABLE = "size,price,kind\n" + "".join(
    f"{i},{i * 1.5},{'ab'[i % 2]}\n" for i in range(100)
)


@pytest.fixture
def here(workspace, monkeypatch):
    monkeypatch.chdir(workspace)
    (workspace / "data").mkdir()
    (workspace / "data" / "houses.csv").write_text(TABLE)
    return workspace


def test_a_local_table(here):
    task = new_task("data/houses.csv", target="price")
    assert task == {
        "name": "houses",
        "description": "Predict price from the other columns.",
        "input_description": "size, kind",
        "output_description": "price",
        "data_sources": [
            {"type": "local", "identifier": "data/houses.csv", "description": ""}
        ],
        "task_type": "regression",
        "target": "price",
    }


def test_the_kind_of_target_is_guessed_only_where_plain(here):
    assert new_task("data/houses.csv", target="kind")["task_type"] == "classification"
    few = "n\n" + "1\n2\n" * 50
    (here / "few.tsv").write_text(few)
    assert "task_type" not in new_task("few.tsv", target="n")


def test_without_a_target_nothing_is_claimed(here):
    task = new_task("data/houses.csv")
    assert "target" not in task
    assert "task_type" not in task
    assert task["output_description"] == ""


def test_an_absent_target_names_the_nearest(here):
    with pytest.raises(NoTargetError) as caught:
        new_task("data/houses.csv", target="Pirce")
    assert caught.value.candidates[0] == "price"


def test_paths_are_named_from_the_workspace(here, monkeypatch):
    monkeypatch.chdir(here / "data")
    inside = new_task("houses.csv", workspace=here)
    assert inside["data_sources"][0]["identifier"] == "data/houses.csv"
    outside = new_task("houses.csv", workspace=here / "experiments")
    assert outside["data_sources"][0]["identifier"] == str(here / "data/houses.csv")


def test_an_absent_file(here):
    with pytest.raises(NotFoundError):
        new_task("data/horses.csv")


@pytest.mark.parametrize(
    ("data", "type", "identifier", "name"),
    [
        ("hf://owner/name", "huggingface", "owner/name", "name"),
        ("kaggle://owner/name", "kaggle", "owner/name", "name"),
        ("kaggle://competition/slug", "kaggle", "competition/slug", "slug"),
        ("openml:61", "openml", "61", "openml_61"),
        ("https://a.org/b.csv", "url", "https://a.org/b.csv", "b"),
    ],
)
def test_every_source_gives_a_valid_task(read, here, data, type, identifier, name):
    task = new_task(data, target="y")
    result = read(task)
    assert result.warnings == ()
    assert result.task.name == name
    assert result.task.target == "y"
    (source,) = result.task.data_sources
    assert (source.type, source.identifier) == (type, identifier)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\0", b'"', b"a,a\n1,2\n", b"a\n" * 9]
)
def test_any_file_gives_a_task_or_one_clear_error(here, content):
    (here / "odd.csv").write_bytes(content)
    try:
        json.dumps(new_task("odd.csv", target="a"))
    except LabwrightError as error:
        assert error.key == "target"


def test_a_file_is_never_overwritten_unasked(here, read):
    path = here / "new" / "next_task.json"
    write_new_task(path, {"data": "ü.csv"})
    before = path.read_bytes()
    with pytest.raises(TaskFileError):
        write_new_task(path, {"data": "b.csv"})
    assert path.read_bytes() == before
    write_new_task(path, {"data": "b.csv"}, overwrite=True)
    assert json.loads(path.read_text()) == {"data": "b.csv"}
    assert list(path.parent.iterdir()) == [path]
