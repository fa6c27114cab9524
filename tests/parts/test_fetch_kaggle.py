import pytest
import requests
from tests.servers import serve_kaggle

from labwright.parts.fetch_kaggle import fetch_kaggle
from labwright.parts.hashing import sha256_of

CSV = b"a,b\n1,2\n"


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setattr("labwright.parts.files.retry.WAITS", (0, 0))
    monkeypatch.setenv("KAGGLE_USERNAME", "tester")
    monkeypatch.setenv("KAGGLE_KEY", "goodkey")
    for place in ("datasets/me/tiny/in", "competitions/titanic"):
        (tmp_path / "kaggle" / place).mkdir(parents=True)
    (tmp_path / "kaggle" / "datasets" / "me" / "tiny" / "in" / "x.csv").write_bytes(CSV)
    (tmp_path / "kaggle" / "competitions" / "titanic" / "train.csv").write_bytes(CSV)
    with serve_kaggle(tmp_path / "kaggle") as running:
        yield running


@pytest.mark.parametrize(
    ("source", "revision", "name"),
    [("me/tiny", "3", "in/x.csv"), ("competition/titanic", None, "train.csv")],
)
def test_sets_and_competitions(server, tmp_path, source, revision, name):
    raw = tmp_path / "raw"
    fetch_kaggle(source, revision, {name: None}, raw, None)
    assert (raw / name).read_bytes() == CSV
    assert [path for path in raw.rglob("*") if path.is_file()] == [raw / name]
    server.log.clear()
    fetch_kaggle(source, revision, {name: sha256_of(raw / name)}, raw, None)
    assert server.log == []


def test_a_busy_server_is_asked_again(server, tmp_path):
    server.state["fail_next"] = [503, 429]
    fetch_kaggle("me/tiny", "3", {"in/x.csv": None}, tmp_path / "raw", None)
    assert (tmp_path / "raw" / "in" / "x.csv").exists()


def test_a_refusal_is_not(server, tmp_path):
    with pytest.raises(requests.HTTPError, match="accept"):
        fetch_kaggle(
            "competition/norules", None, {"train.csv": None}, tmp_path / "raw", None
        )
    assert sum(line.startswith("POST") for line in server.log) == 1


def test_the_cap(server, tmp_path):
    with pytest.raises(ValueError, match="at most 3 bytes in all, found 8"):
        fetch_kaggle("me/tiny", "3", {"in/x.csv": None}, tmp_path / "raw", 3)


def test_another_file_is_refused(server, tmp_path):
    with pytest.raises(ValueError, match="None accepts the new file"):
        fetch_kaggle("me/tiny", "3", {"in/x.csv": "0" * 64}, tmp_path / "raw", None)
