from pathlib import Path

import polars as pl
import pytest
from tests.acquire.isolated import acquire_isolated
from tests.servers import COMMIT, serve_hub

from labwright.parts.read_parquet import read_parquet

TRAIN = "x,label\n1,0\n2,1\n3,-1\n"
CARD = """---
dataset_info:
  features:
  - name: x
    dtype: int64
  - name: label
    dtype:
      class_label:
        names:
          '0': neg
          '1': pos
---
"""
CONFIGS = """---
configs:
- config_name: english
  data_files: "en/*.csv"
- config_name: french
  data_files: "fr/*.csv"
---
"""


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    base = tmp_path_factory.mktemp("hub")
    labelled = {"README.md": CARD, "train.csv": TRAIN, "test.csv": TRAIN}
    for owner in ("me", "flaky", "gated", "private"):
        write(base / "hub" / owner / "labelled", labelled)
    write(base / "hub" / "me" / "alone", {"train.csv": TRAIN})
    write(
        base / "hub" / "me" / "two",
        {"README.md": CONFIGS, "en/a.csv": TRAIN, "fr/a.csv": TRAIN},
    )
    cases = {
        "plain": {"identifier": "me/labelled"},
        "split": {"identifier": "me/labelled", "split": "train"},
        "bare": {"identifier": "alone"},
        "flaky": {"identifier": "flaky/labelled", "split": "train"},
        "config": {"identifier": "me/two", "config": "french"},
        "file": {"identifier": "me/two", "file": "en/*.csv"},
        "capped": {"identifier": "me/labelled", "cap": 10},
        "no_config": {"identifier": "me/two"},
        "bad_config": {"identifier": "me/two", "config": "frensh"},
        "bad_split": {"identifier": "me/labelled", "split": "tarin"},
        "bad_file": {"identifier": "me/two", "file": "en/b.csv"},
        "bad_revision": {"identifier": "me/labelled", "revision": "v9"},
        "missing": {"identifier": "me/nothing"},
        "gated": {"identifier": "gated/labelled"},
        "private": {"identifier": "private/labelled"},
    }
    sources = {name: {"type": "huggingface", **case} for name, case in cases.items()}
    with serve_hub(base / "hub") as server:
        yield acquire_isolated(base, sources, HF_ENDPOINT=server.url)


def test_splits_are_exported_with_labels_by_name(done):
    result = done["plain"]
    assert result["revision"] == COMMIT
    assert list(result["files"]) == ["default/train.parquet", "default/test.parquet"]
    assert result["official"] == {
        "default/train.parquet": "train",
        "default/test.parquet": "test",
    }
    table = read_parquet(Path(result["folder"]) / "default" / "train.parquet", {})
    expected = pl.DataFrame({"x": [1, 2, 3], "label": ["neg", "pos", None]})
    assert table.equals(expected)


def test_a_class_label_is_the_target_and_names_its_classes(done):
    metadata = done["plain"]["metadata"]
    assert metadata["target"] == "label"
    assert metadata["class_names"] == {"label": ["neg", "pos"]}


def test_the_bare_name_config_and_split_are_understood(done):
    assert done["bare"]["source"] == "me/alone"
    assert list(done["split"]["files"]) == ["default/train.parquet"]
    assert list(done["config"]["files"]) == ["french/train.parquet"]


def test_a_busy_hub_is_asked_again(done):
    same = "default/train.parquet"
    assert done["flaky"]["files"][same] == done["split"]["files"][same]


def test_files_of_the_repository_come_as_they_are(done):
    result = done["file"]
    assert result["fetch"] == "fetch_hub_files"
    assert (result["source"], result["revision"]) == ("me/two", COMMIT)
    assert [table["path"] for table in result["tables"]] == ["en/a.csv"]


@pytest.mark.parametrize(
    ("case", "error", "key", "candidate"),
    [
        ("capped", "TooLargeError", "max_size", None),
        ("no_config", "NotFoundError", "config", "english"),
        ("bad_config", "NotFoundError", "config", "french"),
        ("bad_split", "NotFoundError", "split", "train"),
        ("bad_file", "NotFoundError", "file", "en/a.csv"),
        ("bad_revision", "NotFoundError", "revision", None),
        ("missing", "NotFoundError", "identifier", None),
        ("gated", "AccessError", "identifier", None),
        ("private", "NotFoundError", "identifier", None),
    ],
)
def test_errors(done, case, error, key, candidate):
    result = done[case]
    assert result["error"] == error, result
    assert result["key"] == f"data_sources[0].{key}"
    if candidate:
        assert result["candidates"][0] == candidate


def test_nothing_is_left_elsewhere(done):
    assert done.traces == []
    folder = Path(done["plain"]["folder"])
    assert sorted(path.name for path in folder.rglob("[!.]*") if path.is_file()) == [
        "test.parquet",
        "train.parquet",
    ]


def test_a_hub_that_is_not_reached(tmp_path):
    cases = {"down": {"type": "huggingface", "identifier": "me/labelled"}}
    done = acquire_isolated(tmp_path, cases, HF_ENDPOINT="http://127.0.0.1:9")
    assert done["down"]["error"] == "DownloadError"
    assert done.traces == []
