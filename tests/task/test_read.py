"""Task files as people write them are understood."""

import pytest

from labwright.errors import TaskError

DATA = {"data_sources": "a.csv"}


def test_the_smallest_task(read):
    task = read({"data_sources": [{"type": "local", "identifier": "data/a.csv"}]}).task
    assert task.name == "a"
    assert task.data_sources[0].type == "local"
    assert task.data_sources[0].identifier == "data/a.csv"
    assert task.target is None


@pytest.mark.parametrize(
    "data",
    [
        {"data_sources": "hf://owner/name"},
        {"data_sources": ["owner/name"]},
        {"data_source": {"type": "Hugging Face", "dataset_id": "owner/name"}},
        {"dataSources": [{"dataset": "owner/name"}]},
        {"Data-Source": {"url": "https://huggingface.co/datasets/owner/name"}},
        {"dataset": "owner/name"},
        {"data": {"provider": "hf", "path": "owner/name"}},
        {"data": {"source": "huggingface", "name": "owner/name"}},
    ],
)
def test_ways_to_name_the_data(read, data):
    result = read(data)
    (source,) = result.task.data_sources
    assert (source.type, source.identifier) == ("huggingface", "owner/name")
    assert result.warnings == ()


def test_several_sources_of_one_object(read):
    sources = read(
        {"data": {"path": ["a.csv", "b.csv"], "format": ".CSV"}}
    ).task.data_sources
    assert [source.identifier for source in sources] == ["a.csv", "b.csv"]
    assert {source.format for source in sources} == {"csv"}


def test_details_of_a_source(read):
    source = {
        "id": 61,
        "type": "OpenML",
        "version": 3,
        "max_size": "2 GiB",
        "sha256": "SHA256:" + "AB" * 32,
        "files": ["a.csv"],
        "split": ["train", "test"],
    }
    (source,) = read({"data_sources": [source]}).task.data_sources
    assert source.identifier == "61"
    assert source.revision == "3"
    assert source.max_size == 2 * 2**30
    assert source.sha256 == "ab" * 32
    assert source.file == "a.csv"
    assert source.split == "train+test"


def test_alternatives_are_sources_and_say_what_differs(read):
    source = {
        "url": "https://a.org/x.csv",
        "max_size": "1 MB",
        "mirrors": ["https://b.org/x.csv", {"dataset": "me/x", "max_size": 7}],
    }
    (found,) = read({"data": source}).task.data_sources
    url, hub = found.alternatives
    assert (url.type, url.identifier, url.max_size) == (
        "url",
        "https://b.org/x.csv",
        10**6,
    )
    assert (hub.type, hub.identifier, hub.max_size) == ("huggingface", "me/x", 7)
    with pytest.raises(TaskError) as caught:
        read({"data": {"url": "https://a.org/x.csv", "mirrors": {"type": "url"}}})
    assert caught.value.key == "data_sources[0].alternatives[0].identifier"


@pytest.mark.parametrize(
    ("given", "key", "expected"),
    [
        ({"task_type": "binary classification"}, "task_type", "classification"),
        ({"task_type": "multi-class"}, "task_type", "classification"),
        ({"problem_type": "Multilabel Classification"}, "task_type", "classification"),
        ({"task_type": "regressor"}, "task_type", "regression"),
        ({"task_type": "forecasting"}, "task_type", "sequence"),
        ({"task_type": "seq2seq"}, "task_type", "sequence"),
        ({"task_type": "token classification"}, "task_type", "sequence"),
        ({"task_type": "time series classification"}, "task_type", "classification"),
        ({"metric": "macro-F1"}, "evaluation_metric", "macro_f1"),
        ({"evaluation_metric": {"name": "RMSE"}}, "evaluation_metric", "rmse"),
        ({"target": ["a"]}, "target", "a"),
        ({"target_column": ["a", "b"]}, "target", ("a", "b")),
        ({"features": "a"}, "inputs", ("a",)),
        ({"drop": ["a", 5]}, "drop", ("a", "5")),
        ({"positive_class": True}, "positive_class", "true"),
        ({"positive_class": 1}, "positive_class", "1"),
        ({"seed": "7"}, "seed", 7),
        ({"max_rows": 1000.0}, "max_rows", 1000),
        ({"description": ["one", "two"]}, "description", "one\ntwo"),
        (
            {"expected_baseline": {"accuracy": 0.9}},
            "expected_baseline",
            {"accuracy": 0.9},
        ),
        ({"target": None}, "target", None),
        ({"target": " "}, "target", None),
        ({"evaluation_metric": ""}, "evaluation_metric", None),
    ],
)
def test_values(read, given, key, expected):
    result = read(DATA | given)
    assert getattr(result.task, key) == expected
    assert result.warnings == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"split": "time"}, ("time", None, None)),
        ({"split": "Chronological", "time_column": "day"}, ("time", "day", None)),
        ({"split": {"method": "grouped", "group": "id"}}, ("group", None, "id")),
        ({"split": {"time_column": "day"}}, ("time", "day", None)),
        ({"group_column": "id"}, ("group", None, "id")),
    ],
)
def test_splits(read, given, expected):
    split = read(DATA | given).task.split
    assert (split.rule, split.time_column, split.group_column) == expected


def test_numbers_of_model_and_training(read):
    given = {"d_model": "256", "training": {"lr": "1e-3", "epochs": 20.0}, "epochs": 5}
    task = read(DATA | given).task
    assert task.model.d_model == 256
    assert task.training.learning_rate == 0.001
    assert task.training.epochs == 20


def test_what_was_given_is_kept_and_unknown_keys_are_named(read):
    given = DATA | {
        "evaluaton_metric": "rmse",
        "rain_or_sun": 12,
        "model": {"d_modle": 256},
    }
    result = read(given)
    assert result.given == given
    unused = "is kept in task.json and not used"
    assert result.warnings == (
        f"unknown key 'evaluaton_metric' {unused}; did you mean 'evaluation_metric'?",
        f"unknown key 'rain_or_sun' {unused}",
        f"unknown key 'model.d_modle' {unused}; did you mean 'model.d_model'?",
    )


def test_of_two_spellings_the_documented_one_counts(read):
    result = read(DATA | {"label": "b", "target": "a"})
    assert result.task.target == "a"
    assert result.warnings == (
        "'label' is kept in task.json and not used; 'target' is",
    )


def test_of_several_metrics_the_first_decides(read):
    result = read(DATA | {"evaluation_metric": ["mae", "rmse"]})
    assert result.task.evaluation_metric == "mae"
    assert len(result.warnings) == 1


def test_names(read):
    assert read(DATA | {"name": "../My task"}).task.name == "My_task"
    assert read(DATA, name="mine").warnings == ()
    assert read(DATA | {"name": "a b"}, name="a_b").warnings == ()
    other = read(DATA | {"name": "theirs"}, name="mine")
    assert other.task.name == "mine"
    assert "theirs" in other.warnings[0]
    assert "mine" in other.warnings[0]


def test_owner_and_name_of_a_folder_in_the_workspace(read, workspace):
    (workspace / "owner" / "name").mkdir(parents=True)
    assert read({"data": "owner/name"}).task.data_sources[0].type == "local"


def test_overrides(read):
    overrides = [
        "training.epochs=20",
        "training.lr=0.1",
        "target=a=b",
        'drop=["c"]',
        "split=time",
        "split.time_column=day",
        "data_sources[0].file=x.csv",
        "seed=",
    ]
    result = read(
        DATA | {"seed": 5, "epochs": 3}, overrides=overrides[:1] + overrides[2:]
    )
    task = result.task
    assert task.training.epochs == 20
    assert task.target == "a=b"
    assert task.drop == ("c",)
    assert task.split.time_column == "day"
    assert task.data_sources[0].file == "x.csv"
    assert task.seed == 0
    assert result.given["seed"] == 5


@pytest.mark.parametrize(
    ("override", "nearest"),
    [
        ("training.epoch=2", "training.epochs"),
        ("epoch=2", "training.epochs"),
        ("evaluation_metrik=mae", "evaluation_metric"),
        ("trainig.epochs=2", "training.epochs"),
    ],
)
def test_an_unknown_override_names_the_nearest(read, override, nearest):
    with pytest.raises(TaskError) as caught:
        read(DATA, overrides=[override])
    assert caught.value.candidates[0] == nearest


def test_an_override_without_a_value(read):
    with pytest.raises(TaskError, match="KEY=VALUE"):
        read(DATA, overrides=["training.epochs"])


@pytest.mark.parametrize(
    ("given", "on", "other", "how"),
    [
        ("date", ("date",), None, "left"),
        (["day", "city"], ("day", "city"), None, "left"),
        ({"on": "date", "how": "inner"}, ("date",), None, "inner"),
        (
            {"on": {"when": "time"}, "how": "asof"},
            ("when",),
            ("time",),
            "nearest_earlier",
        ),
    ],
)
def test_joins(read, given, on, other, how):
    sources = [{"identifier": "a.csv"}, {"identifier": "b.csv", "join": given}]
    join = read({"data_sources": sources}).task.data_sources[1].join
    assert (join.on, join.other, join.how) == (on, other, how)


def test_kinds_and_expressions(read):
    given = {"recipe": "Time Series", "horizon": "12", "pretrained": "owner/name"}
    made = {"derive": {"rainy": "precipitation > 0"}, "where": "year >= 2011"}
    task = read(DATA | given | made).task
    assert (task.recipe, task.horizon, task.pretrained) == ("series", 12, "owner/name")
    assert task.derive == made["derive"]
    assert task.where == made["where"]
