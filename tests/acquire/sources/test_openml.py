from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from tests.acquire.isolated import acquire_isolated
from tests.servers import OpenmlSet, serve_openml

TABLE = pl.DataFrame(
    {"id": [1, 2], "width": [0.2, None], "kind": ["a", "b"], "note": ["x", "y"]}
)
IRIS = OpenmlSet(61, "iris", TABLE, "kind", ignored=["note"], row_id="id")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    base = tmp_path_factory.mktemp("openml")
    sets = [
        IRIS,
        replace(IRIS, id=62, version=2, status="deactivated"),
        replace(IRIS, id=63, name="arff", parquet=False),
        replace(IRIS, id=64, name="broken", parquet="broken"),
        replace(IRIS, id=65, name="damaged", parquet=False, md5="0" * 32),
    ]
    cases = {
        "id": {"identifier": "61"},
        "prefixed": {"identifier": "openml:61"},
        "name": {"identifier": "iris"},
        "version": {"identifier": "iris", "revision": "2"},
        "arff": {"identifier": "63"},
        "broken": {"identifier": "64"},
        "damaged": {"identifier": "65"},
        "missing": {"identifier": "99"},
        "bad_name": {"identifier": "nothing"},
        "bad_version": {"identifier": "iris", "revision": "7"},
        "capped": {"identifier": "61", "cap": 10},
    }
    sources = {name: {"type": "openml", **case} for name, case in cases.items()}
    with serve_openml(*sets) as server:
        yield acquire_isolated(base, sources, OPENML_SERVER=server.url)


def test_parquet_is_preferred(done):
    result = done["id"]
    assert (result["fetch"], result["source"], result["revision"]) == (
        "fetch_openml",
        "61",
        "1",
    )
    (table,) = result["tables"]
    assert (table["path"], table["reader"]) == ("iris.pq", "read_parquet")
    assert pl.read_parquet(Path(result["folder"]) / "iris.pq").equals(TABLE)
    assert done["prefixed"]["files"] == result["files"]


def test_what_openml_says_of_the_columns(done):
    assert done["id"]["metadata"] == {
        "target": "kind",
        "class_names": {"kind": ["a", "b"], "note": ["x", "y"]},
        "ignored": ["note"],
        "row_ids": ["id"],
        "categories": ["kind", "note"],
    }


def test_a_name_means_its_newest_active_version(done):
    assert done["name"]["source"] == "61"
    assert done["version"]["source"] == "62"
    assert "deactivated" in done["version"]["notes"][0]


@pytest.mark.parametrize("case", ["arff", "broken"])
def test_arff_where_there_is_no_parquet(done, case):
    (table,) = done[case]["tables"]
    assert table["reader"] == "read_arff"
    assert table["columns"] == TABLE.columns


@pytest.mark.parametrize(
    ("case", "error", "key"),
    [
        ("damaged", "DownloadError", "identifier"),
        ("missing", "NotFoundError", "identifier"),
        ("bad_name", "NotFoundError", "identifier"),
        ("bad_version", "NotFoundError", "revision"),
        ("capped", "TooLargeError", "max_size"),
    ],
)
def test_errors(done, case, error, key):
    assert done[case]["error"] == error
    assert done[case]["key"] == f"data_sources[0].{key}"


def test_nothing_is_left_elsewhere(done):
    assert done.traces == []
