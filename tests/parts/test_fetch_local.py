import pytest

from labwright.parts import fetch_local as module
from labwright.parts.fetch_local import fetch_local
from labwright.parts.hashing import sha256_of

CSV = b"a,b\n1,2\n"


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "data" / "in").mkdir(parents=True)
    (tmp_path / "data" / "in" / "x.csv").write_bytes(CSV)
    return tmp_path / "experiments" / "20260101_000000_x" / "data" / "raw"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("data/in/x.csv", "x.csv"),
        ("data/in", "x.csv"),
        ("data", "in/x.csv"),
        ("data/*/x.csv", "in/x.csv"),
        ("data/i*", "in/x.csv"),
    ],
)
def test_files_keep_their_path_below_the_sources_folder(raw, source, name):
    fetch_local(source, None, {name: None}, raw, None)
    assert (raw / name).read_bytes() == CSV
    assert not (raw / name).is_symlink()


def test_an_absolute_source(raw, tmp_path):
    fetch_local(
        str(tmp_path / "data" / "in" / "x.csv"), None, {"x.csv": None}, raw, None
    )
    assert (raw / "x.csv").read_bytes() == CSV


def test_large_files_are_linked(raw, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LINK_FROM", 4)
    fetch_local("data/in", None, {"x.csv": None}, raw, None)
    assert (raw / "x.csv").samefile(tmp_path / "data" / "in" / "x.csv")


def test_a_file_that_is_there_is_verified_and_kept(raw):
    raw.mkdir(parents=True)
    (raw / "x.csv").write_bytes(b"older")
    fetch_local("gone", None, {"x.csv": sha256_of(raw / "x.csv")}, raw, None)
    with pytest.raises(ValueError, match="None accepts the new file"):
        fetch_local("data/in", None, {"x.csv": "0" * 64}, raw, None)


def test_a_file_that_is_gone_is_named(raw):
    with pytest.raises(FileNotFoundError, match=r"expected .*y\.csv, found no file"):
        fetch_local("data/in/y.csv", None, {"y.csv": None}, raw, None)


@pytest.mark.parametrize("link_from", [2**20, 4])
def test_a_whole_folder(raw, tmp_path, monkeypatch, link_from):
    monkeypatch.setattr(module, "LINK_FROM", link_from)
    (tmp_path / "data" / "in" / ".DS_Store").touch()
    sha256 = sha256_of(tmp_path / "data" / "in")
    fetch_local("data", None, {"in/": sha256}, raw, None)
    assert [path.name for path in (raw / "in").iterdir()] == ["x.csv"]
    assert (raw / "in" / "x.csv").read_bytes() == CSV
    linked = (raw / "in" / "x.csv").samefile(tmp_path / "data" / "in" / "x.csv")
    assert linked == (link_from == 4)


def test_a_folder_that_has_changed_is_refused(raw, tmp_path):
    sha256 = sha256_of(tmp_path / "data" / "in")
    (tmp_path / "data" / "in" / "y.csv").touch()
    with pytest.raises(ValueError, match="None accepts the new file"):
        fetch_local("data", None, {"in/": sha256}, raw, None)


def test_a_folder_that_is_gone_is_named(raw):
    with pytest.raises(FileNotFoundError, match="found no folder there"):
        fetch_local("data", None, {"x.csv/": None}, raw, None)
