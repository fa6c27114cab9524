import polars as pl
import pytest
import requests
from tests.servers import OpenmlSet, serve_openml

from labwright.parts.fetch_openml import fetch_openml
from labwright.parts.hashing import sha256_of
from labwright.parts.read_arff import read_arff

TABLE = pl.DataFrame({"width": [0.2, 1.4], "kind": ["setosa", "not setosa"]})


@pytest.fixture
def server(monkeypatch):
    good = OpenmlSet(61, "iris", TABLE, "kind")
    damaged = OpenmlSet(62, "damaged", TABLE, "kind", md5="0" * 32)
    with serve_openml(good, damaged) as running:
        monkeypatch.setenv("OPENML_SERVER", running.url)
        yield running


def test_parquet_by_its_name_else_arff(server, tmp_path):
    fetch_openml("61", "1", {"iris.pq": None}, tmp_path, None)
    assert pl.read_parquet(tmp_path / "iris.pq").equals(TABLE)
    fetch_openml("61", "1", {"iris.arff": None}, tmp_path, None)
    assert read_arff(tmp_path / "iris.arff", {})["kind"].to_list() == [
        "setosa",
        "not setosa",
    ]


def test_a_file_that_is_there_is_verified_and_not_asked_for(server, tmp_path):
    fetch_openml("61", "1", {"iris.pq": None}, tmp_path, None)
    server.log.clear()
    fetch_openml(
        "61", "1", {"iris.pq": sha256_of(tmp_path / "iris.pq")}, tmp_path, None
    )
    assert server.log == []
    with pytest.raises(ValueError, match="None accepts the new file"):
        fetch_openml("61", "1", {"iris.pq": "0" * 64}, tmp_path, None)


def test_another_md5_than_openml_says_is_damage(server, tmp_path):
    with pytest.raises(ValueError, match="OpenML's md5"):
        fetch_openml("62", "1", {"damaged.arff": None}, tmp_path, None)
    assert list(tmp_path.iterdir()) == []


def test_the_cap(server, tmp_path):
    with pytest.raises(ValueError, match="at most 10 bytes"):
        fetch_openml("61", "1", {"iris.pq": None}, tmp_path, 10)


def test_no_such_set(server, tmp_path):
    with pytest.raises(requests.HTTPError, match="412"):
        fetch_openml("99", None, {"x.pq": None}, tmp_path, None)
