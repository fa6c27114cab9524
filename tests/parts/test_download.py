import shutil

import pytest
import requests
from tests.servers import serve_files
from tests.servers.faults import Fault

from labwright.parts.files import download as module
from labwright.parts.files import retry
from labwright.parts.files.download import (
    ExcessError,
    GuardedSession,
    download,
)

CONTENT = b"a,b\n" + b"1,2\n" * 1000


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(retry, "WAITS", (0, 0))
    with serve_files({f"{n}.csv": CONTENT + b"%d" % n for n in range(9)}) as running:
        yield running


def test_several_files_and_nothing_else(server, tmp_path):
    urls = {tmp_path / f"{n}.csv": f"{server.url}/{n}.csv" for n in range(9)}
    download(urls, None)
    assert sorted(tmp_path.iterdir()) == sorted(urls)
    assert (tmp_path / "7.csv").read_bytes() == CONTENT + b"7"


def test_of_several_errors_the_first_file_s_is_raised(server, tmp_path):
    names = ["nothing-1.csv", "nothing-2.csv", "nothing-3.csv"]
    urls = {tmp_path / name: f"{server.url}/{name}" for name in names}
    for _ in range(5):
        with pytest.raises(requests.HTTPError, match=r"nothing-1\.csv"):
            download(urls, None)


def test_what_is_whole_stays_where_another_file_fails(server, tmp_path):
    urls = {tmp_path / "0.csv": f"{server.url}/0.csv"}
    urls[tmp_path / "x.csv"] = f"{server.url}/x.csv"
    server.faults.append(Fault("GET /x.csv", "status", value=503))
    with pytest.raises(requests.HTTPError):
        download(urls, None)
    assert (tmp_path / "0.csv").exists()


def test_older_versions_are_removed_and_other_files_are_not(server, tmp_path):
    (tmp_path / "0.csv.aaaaaaaa.part").write_bytes(b"older")
    (tmp_path / "0.csv.gz.aaaaaaaa.part").write_bytes(b"of another file")
    download({tmp_path / "0.csv": f"{server.url}/0.csv"}, None)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"0.csv", "0.csv.gz.aaaaaaaa.part"}


def test_a_date_serves_as_a_version_where_there_is_no_etag(server, tmp_path):
    server.faults += [Fault("GET /0.csv", "dated cut", 1), Fault("GET /0.csv", "dated")]
    download({tmp_path / "0.csv": f"{server.url}/0.csv"}, None)
    assert (tmp_path / "0.csv").read_bytes() == CONTENT + b"0"
    assert any("bytes=" in line for line in server.log)


def test_the_disk_is_never_filled(server, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2**26 + 9))
    with pytest.raises(ExcessError, match="expected room for 4,005 bytes"):
        download({tmp_path / "0.csv": f"{server.url}/0.csv"}, None)
    assert list(tmp_path.iterdir()) == []


def test_a_login_is_not_sent_on_to_another_host(server, tmp_path):
    other = server.url.replace("127.0.0.1", "localhost")
    server.faults.append(Fault("GET /0.csv", "redirect", value=f"{other}/1.csv"))
    login = {"Authorization": "Bearer abc"}
    download({tmp_path / "x.csv": f"{server.url}/0.csv"}, None, login)
    assert server.logins == ["/0.csv Bearer abc"]


def test_no_way_from_the_open_net_into_a_local_one(server, monkeypatch):
    other = server.url.replace("127.0.0.1", "localhost")
    server.faults.append(Fault("GET /0.csv", "redirect", value=f"{other}/1.csv"))
    with GuardedSession() as session:
        assert session.get(f"{server.url}/0.csv").ok  # from one local place to another
        monkeypatch.setattr(module, "is_local", lambda host: host == "localhost")
        with pytest.raises(requests.exceptions.InvalidURL, match="local network"):
            session.get(f"{server.url}/0.csv")
