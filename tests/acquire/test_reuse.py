"""What was fetched before is taken again where it is still what the source has."""

import json
import os
import shutil
from pathlib import Path

import pytest
from tests.servers import serve_files
from tests.servers.faults import Fault

from labwright.acquire import acquire
from labwright.acquire.reuse import NOTE
from labwright.errors import DownloadError, NotFoundError
from labwright.task.model import Source, Task

CSV = b"x,kind\n1,a\n2,b\n3,a\n"


@pytest.fixture
def files(monkeypatch):
    monkeypatch.setattr("labwright.parts.files.retry.WAITS", ())
    return {"x.csv": CSV, "y.csv": CSV * 2}


@pytest.fixture
def server(files):
    with serve_files(files) as running:
        yield running


def acquired(workspace: Path, name: str, *urls: str, **more):
    sources = tuple(Source(type="url", identifier=url, **more) for url in urls)
    folder = workspace / "experiments" / name / "data" / "raw"
    task = Task(name="t", data_sources=sources)
    return acquire(task, folder, workspace, progress=False)


def downloads(server) -> int:
    """Requests; each file is asked about once, and fetched at most once."""
    return sum(line.startswith("GET") for line in server.log)


def test_a_file_of_a_sibling_is_linked(server, tmp_path):
    first = acquired(tmp_path, "1", f"{server.url}/x.csv")
    server.log.clear()
    again = acquired(tmp_path, "2", f"{server.url}/x.csv")
    assert downloads(server) == 1
    assert again.files == first.files
    assert again.fingerprint == first.fingerprint
    assert (first.folder / "x.csv").samefile(again.folder / "x.csv")


def test_what_the_task_says_of_other_things_does_not_matter(server, tmp_path):
    acquired(tmp_path, "1", f"{server.url}/x.csv", description="cars")
    server.log.clear()
    acquired(tmp_path, "2", f"{server.url}/x.csv", format="csv")
    assert downloads(server) == 1


def test_a_copy_where_there_are_no_links(server, tmp_path, monkeypatch):
    first = acquired(tmp_path, "1", f"{server.url}/x.csv")

    def refuse(*_):
        raise OSError("another device")

    monkeypatch.setattr(os, "link", refuse)
    server.log.clear()
    again = acquired(tmp_path, "2", f"{server.url}/x.csv")
    assert downloads(server) == 1
    assert (again.folder / "x.csv").read_bytes() == CSV
    assert not (first.folder / "x.csv").samefile(again.folder / "x.csv")


def test_a_file_that_has_changed_at_its_source_is_fetched_anew(server, files, tmp_path):
    acquired(tmp_path, "1", f"{server.url}/x.csv")
    files["x.csv"] = CSV * 3
    again = acquired(tmp_path, "2", f"{server.url}/x.csv")
    assert (again.folder / "x.csv").read_bytes() == CSV * 3


def test_a_file_that_was_edited_is_fetched_anew(server, tmp_path):
    first = acquired(tmp_path, "1", f"{server.url}/x.csv")
    (first.folder / "x.csv").write_bytes(b"edited")
    again = acquired(tmp_path, "2", f"{server.url}/x.csv")
    assert (again.folder / "x.csv").read_bytes() == CSV


def test_a_file_without_a_version_is_fetched_anew(server, tmp_path):
    for name in ("1", "2"):
        server.log.clear()
        acquired(tmp_path, name, f"{server.url}/norange/x.csv")
        assert downloads(server) == 2


def test_several_files_of_one_site(server, tmp_path):
    urls = (f"{server.url}/x.csv", f"{server.url}/y.csv")
    first = acquired(tmp_path, "1", *urls)
    server.log.clear()
    again = acquired(tmp_path, "2", *urls)
    assert downloads(server) == 2
    assert again.fingerprint == first.fingerprint


def test_staging_goes_on_with_what_is_whole(server, tmp_path, monkeypatch):
    # one after the other, so that the first is whole when the second fails
    monkeypatch.setattr("labwright.parts.files.download.AT_ONCE", 1)
    urls = (f"{server.url}/x.csv", f"{server.url}/y.csv")
    broken = Fault("GET /y.csv", "cut", 2)
    server.faults.append(broken)
    with pytest.raises(DownloadError):
        acquired(tmp_path, "1", *urls)
    server.log.clear()
    acquired(tmp_path, "1", *urls)
    assert [line for line in server.log if "bytes=" in line] == [
        f"GET /y.csv bytes={len(CSV)}-"
    ]
    assert sum("/x.csv" in line for line in server.log) == 1


def test_without_a_network_what_was_fetched_before_is_used(files, tmp_path):
    with serve_files(files) as server:
        url = f"{server.url}/x.csv"
        first = acquired(tmp_path, "1", url)
    again = acquired(tmp_path, "2", url)
    assert again.files == first.files
    assert any("was not reached" in note for note in again.notes)
    with pytest.raises(DownloadError):
        acquired(tmp_path, "3", url + "?other")
    shutil.rmtree(tmp_path / "experiments")
    with pytest.raises(DownloadError):
        acquired(tmp_path, "3", url)


def test_what_is_here_is_used_after_two_tries_without_an_answer(
    server, tmp_path, monkeypatch
):
    monkeypatch.setattr("labwright.parts.files.retry.WAITS", (0, 0, 0, 0, 0))
    url = f"{server.url}/x.csv"
    acquired(tmp_path, "1", url)
    for kind, tries in (("reset", 2), ("status", 2 + 6)):
        server.log.clear()
        server.faults[:] = [Fault("GET /x.csv", kind, value=503)]
        again = acquired(tmp_path, kind, url)
        assert downloads(server) == tries
        assert any("was not reached" in note for note in again.notes)
    server.log.clear()
    with pytest.raises(DownloadError):
        acquired(tmp_path, "other", f"{url}?other")
    assert downloads(server) == 6


def other_place(server, name: str) -> tuple[Source, ...]:
    return (Source(type="url", identifier=f"{server.url}/{name}"),)


def test_an_alternative_does_not_drop_what_other_sources_fetched(server, tmp_path):
    host = server.url.replace("127.0.0.1", "localhost")
    page = Fault("GET /y.csv", "body", body=b"<html><body>no</body></html>")
    server.faults.append(page)
    sources = (
        Source(type="url", identifier=f"{server.url}/x.csv"),
        Source(
            type="url",
            identifier=f"{host}/y.csv",
            alternatives=(Source(type="url", identifier=f"{host}/norange/x.csv"),),
        ),
    )
    task = Task(name="t", data_sources=sources)
    folder = tmp_path / "experiments" / "1" / "data" / "raw"
    found = acquire(task, folder, tmp_path, progress=False)
    assert [path.read_bytes() for path in sorted(found.folder.rglob("*.csv"))] == [
        CSV
    ] * 2
    # asked about at each of two tries, fetched at one
    assert sum(line.startswith("GET /x.csv") for line in server.log) == 3


def test_what_a_failed_try_fetched_is_there_for_the_next_call(server, tmp_path):
    broken = Fault("GET /y.csv", "cut", 3)
    gone = Fault("GET /x.csv", "status", 1, value=404)
    server.faults += [broken, gone]
    alternatives = other_place(server, "x.csv")
    with pytest.raises(NotFoundError):
        acquired(tmp_path, "1", f"{server.url}/y.csv", alternatives=alternatives)
    server.log.clear()
    found = acquired(tmp_path, "1", f"{server.url}/y.csv", alternatives=alternatives)
    assert found.notes == ()
    assert (found.folder / "y.csv").read_bytes() == CSV * 2
    assert server.log[-1] == f"GET /y.csv bytes={len(CSV)}-"
    assert not any("x.csv" in line for line in server.log)


def test_half_a_note_is_none(server, tmp_path):
    first = acquired(tmp_path, "1", f"{server.url}/x.csv")
    note = json.loads((first.folder / NOTE).read_text())
    assert set(note) == {"sources", "files"}
    (first.folder / NOTE).write_text('{"sources": [')
    again = acquired(tmp_path, "2", f"{server.url}/x.csv")
    assert (again.folder / "x.csv").read_bytes() == CSV
