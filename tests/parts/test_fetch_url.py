import pytest
import requests
from tests.servers import serve_files

from labwright.parts.fetch_url import fetch_url
from labwright.parts.hashing import sha256_of

CONTENT = b"a,b\n" + b"1,2\n" * 300_000


@pytest.fixture
def server():
    with serve_files({"x.csv": CONTENT, "in/y z.csv": b"y"}) as running:
        yield running


def fetch(url, folder, max_bytes=None, name="x.csv", sha256=None):
    fetch_url(url, None, {name: sha256}, folder, max_bytes)
    return folder / name


def test_a_file_is_whole_and_nothing_else_remains(server, tmp_path):
    assert fetch(f"{server.url}/x.csv", tmp_path).read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


def test_files_of_a_folder(server, tmp_path):
    fetch_url(
        f"{server.url}/", None, {"x.csv": None, "in/y z.csv": None}, tmp_path, None
    )
    assert (tmp_path / "in" / "y z.csv").read_bytes() == b"y"


def test_a_file_that_is_there_is_verified_and_not_asked_for(server, tmp_path):
    path = fetch(f"{server.url}/x.csv", tmp_path)
    server.log.clear()
    fetch(f"{server.url}/x.csv", tmp_path, sha256=sha256_of(path))
    assert server.log == []
    path.write_bytes(b"edited")
    with pytest.raises(ValueError, match="None accepts the new file"):
        fetch(f"{server.url}/x.csv", tmp_path, sha256="0" * 64)


def test_a_download_that_breaks_off_goes_on_by_a_range(server, tmp_path):
    assert fetch(f"{server.url}/cut/x.csv", tmp_path).read_bytes() == CONTENT
    assert any("bytes=600002-" in line for line in server.log)


def test_an_earlier_part_is_used_again(server, tmp_path, monkeypatch):
    monkeypatch.setattr("labwright.parts.files.retry.WAITS", ())
    with pytest.raises(requests.RequestException):
        fetch(f"{server.url}/cut/x.csv", tmp_path)
    (part,) = tmp_path.iterdir()
    assert part.name.endswith(".part")
    assert 0 < part.stat().st_size < len(CONTENT)
    assert fetch(f"{server.url}/cut/x.csv", tmp_path).read_bytes() == CONTENT
    assert "bytes=" in server.log[-1]


def test_two_versions_are_never_mixed(tmp_path, monkeypatch):
    monkeypatch.setattr("labwright.parts.files.retry.WAITS", ())
    files = {"x.csv": CONTENT}
    with serve_files(files) as server:
        with pytest.raises(requests.RequestException):
            fetch(f"{server.url}/cut/x.csv", tmp_path)
        files["x.csv"] = CONTENT.replace(b"1", b"7")
        assert fetch(f"{server.url}/cut/x.csv", tmp_path).read_bytes() == files["x.csv"]


def test_a_busy_server_is_asked_again(server, tmp_path):
    assert fetch(f"{server.url}/busy/x.csv", tmp_path).read_bytes() == CONTENT


def test_no_length_no_ranges(server, tmp_path):
    assert fetch(f"{server.url}/norange/x.csv", tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("place", ["x.csv", "norange/x.csv"])
def test_the_cap_holds_before_and_during_the_download(server, tmp_path, place):
    with pytest.raises(ValueError, match=r"at most 300,000 bytes .*, found"):
        fetch(f"{server.url}/{place}", tmp_path, 300_000)
    assert not (tmp_path / "x.csv").exists()


def test_the_cap_counts_all_files_together(server, tmp_path):
    with pytest.raises(ValueError, match="at most 1,200,004 bytes in all"):
        fetch_url(
            f"{server.url}/",
            None,
            {"x.csv": None, "in/y z.csv": None},
            tmp_path,
            len(CONTENT),
        )


def test_what_is_not_there(server, tmp_path):
    with pytest.raises(requests.HTTPError, match="404"):
        fetch(f"{server.url}/nothing.csv", tmp_path)
    assert list(tmp_path.iterdir()) == []
