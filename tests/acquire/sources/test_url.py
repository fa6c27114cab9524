import gzip
import hashlib
from pathlib import Path

import pytest
from tests.acquire.isolated import acquire_isolated
from tests.servers import serve_files

from labwright.acquire.located import Located
from labwright.acquire.sources.url import file_name, join_urls

CSV = b"a,b\n" + b"1,2\n" * 200


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    base = tmp_path_factory.mktemp("url")
    files = {"x.csv": CSV, "x.csv.gz": gzip.compress(CSV), "named": CSV}
    cases = {
        "plain": "/x.csv",
        "query": "/x.csv?raw=1",
        "packed": "/x.csv.gz",
        "named": "/named?id=7",
        "unsized": "/norange/x.csv",
        "missing": "/y.csv",
        "login": "/private/x.csv",
        "page": "/page/x.csv",
        "changed": "/x.csv",
        "capped": "/x.csv",
        "capped_late": "/norange/x.csv",
    }
    with serve_files(files) as server:
        sources = {
            name: {"type": "url", "identifier": server.url + path}
            for name, path in cases.items()
        }
        sources["changed"]["sha256"] = "0" * 64
        sources["capped"]["cap"] = sources["capped_late"]["cap"] = 10
        sources["no_host"] = {"type": "url", "identifier": "https://"}
        yield acquire_isolated(base, sources)


def test_a_file(done):
    result = done["plain"]
    assert result["fetch"] == "fetch_url"
    assert result["source"].endswith("/x.csv")
    assert result["revision"] is None
    assert result["files"] == {"x.csv": hashlib.sha256(CSV).hexdigest()}
    assert result["max_bytes"] == 2**30
    assert (Path(result["folder"]) / "x.csv").read_bytes() == CSV


def test_its_name(done):
    assert list(done["query"]["files"]) == ["x.csv"]
    assert list(done["named"]["files"]) == ["people.csv"]
    assert list(done["unsized"]["files"]) == ["x.csv"]


@pytest.mark.parametrize(
    ("disposition", "url", "name"),
    [
        ("", "https://a.org/data/my%20cars.csv?x=1", "my cars.csv"),
        ("attachment; filename=../../evil.csv", "https://a.org/", "evil.csv"),
        ("attachment; filename*=UTF-8''caf%C3%A9.csv", "https://a.org/x", "café.csv"),
        ("", "https://a.org/", "data"),
        ("", "https://a.org/..%2f.hidden", "hidden"),
    ],
)
def test_file_name(disposition, url, name):
    assert file_name(disposition, url) == name


def test_a_packed_file(done):
    (table,) = done["packed"]["tables"]
    assert table["path"] == "x.csv.gz/x.csv"
    assert done["packed"]["unpacked"] == "unpack_gz"


@pytest.mark.parametrize(
    ("case", "error", "key"),
    [
        ("missing", "NotFoundError", "identifier"),
        ("login", "AccessError", "identifier"),
        ("changed", "ChangedError", "sha256"),
        ("capped", "TooLargeError", "max_size"),
        ("capped_late", "TooLargeError", "max_size"),
        ("no_host", "NotFoundError", "identifier"),
    ],
)
def test_errors(done, case, error, key):
    assert done[case]["error"] == error
    assert done[case]["key"] == f"data_sources[0].{key}"


def test_a_login_page_is_no_table(done):
    assert done["page"]["error"] == "ReadError"
    assert "HTML page" in done["page"]["found"]


def test_nothing_is_left_elsewhere(done):
    assert done.traces == []


def test_several_urls_of_one_site():
    def at(url):
        return Located("fetch_url", url, None, (url.rsplit("/", 1)[-1],), 3)

    joined = join_urls(
        [at("https://a.org/x/in/my%20a.csv"), at("https://a.org/x/b.csv")]
    )
    assert (joined.source, joined.files) == (
        "https://a.org/x/",
        ("in/my a.csv", "b.csv"),
    )
    assert join_urls([at("https://a.org/a.csv"), at("https://b.org/a.csv")]) is None
    assert (
        join_urls([at("https://a.org/a.csv?id=1"), at("https://a.org/b.csv")]) is None
    )
