import os

import pytest

from labwright.acquire.sources.local import fetch_from_disk, join_local, locate_local
from labwright.errors import NotFoundError
from labwright.parts.hashing import sha256_of
from labwright.task.model import Source


@pytest.fixture
def workspace(tmp_path):
    for name in (
        "data/a.csv",
        "data/in/b.csv",
        "data/in/.hidden.csv",
        "data/in/_SUCCESS",
        "data/odd[1].csv",
        "experiments/x/data/raw/c.csv",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a\n1\n")
    return tmp_path


@pytest.mark.parametrize(
    ("identifier", "files"),
    [
        ("data/a.csv", ("a.csv",)),
        ("./data/../data/a.csv", ("a.csv",)),
        ("data", ("a.csv", "in/b.csv", "odd[1].csv")),
        ("data/*.csv", ("a.csv", "odd[1].csv")),
        ("data/**/*.csv", ("a.csv", "in/b.csv", "odd[1].csv")),
        ("data/i*", ("in/b.csv",)),
        ("data/odd[1].csv", ("odd[1].csv",)),
        ("experiments/x/data/raw", ("c.csv",)),
    ],
)
def test_files_in_stable_order_without_hidden_ones(workspace, identifier, files):
    assert (
        locate_local(Source(type="local", identifier=identifier), workspace).files
        == files
    )


def test_what_was_made_in_the_workspace_is_no_source(workspace):
    located = locate_local(Source(type="local", identifier="."), workspace)
    assert located.files == ("data/a.csv", "data/in/b.csv", "data/odd[1].csv")


@pytest.mark.parametrize(
    "identifier", ["data/*.parquet", "data/b.csv", "elsewhere/a.csv"]
)
def test_nothing_there(workspace, identifier):
    with pytest.raises(NotFoundError, match="relative to the workspace"):
        locate_local(Source(type="local", identifier=identifier), workspace)


def test_what_is_no_file_is_called_what_it_is(workspace):
    (workspace / "gone.csv").symlink_to("nowhere.csv")
    os.mkfifo(workspace / "pipe.csv")
    (workspace / "empty").mkdir()
    for identifier, said in {
        "gone.csv": r"a link to nowhere\.csv, which is not there",
        "pipe.csv": "a device, pipe or socket",
        "/dev/null": "a device, pipe or socket",
        "empty": "a folder without files",
    }.items():
        with pytest.raises(NotFoundError, match=said):
            locate_local(Source(type="local", identifier=identifier), workspace)


def test_a_path_into_an_archive_says_how_to_name_its_member(workspace):
    (workspace / "data" / "arch.zip").write_bytes(b"PK")
    source = Source(type="local", identifier="./data/arch.zip/inner/penguins.csv")
    with pytest.raises(NotFoundError, match=r"data/arch\.zip is a file") as caught:
        locate_local(source, workspace)
    assert caught.value.candidates == ("data/arch.zip",)
    assert caught.value.fix == (
        'Write "identifier": "data/arch.zip", "file": "inner/penguins.csv".'
    )


def test_a_folder_of_many_files_is_one_entry(workspace):
    folder = workspace / "pictures"
    for i in range(30):
        (folder / f"{i % 3}").mkdir(parents=True, exist_ok=True)
        (folder / f"{i % 3}" / f"{i}.png").write_bytes(b"1234")
    source = Source(type="local", identifier="pictures/")
    located = locate_local(source, workspace)
    assert (located.source, located.files, located.size) == (".", ("pictures/",), 120)
    raw = workspace / "experiments" / "x" / "data" / "raw2"
    files = fetch_from_disk(located, raw, workspace)
    assert files == {"pictures/": sha256_of(folder)}
    table = locate_local(Source(type="local", identifier="data/a.csv"), workspace)
    both = join_local([table, located], workspace)
    assert (both.source, both.files) == (".", ("data/a.csv", "pictures/"))
    everything = Source(type="local", identifier=".")  # not with what was made in it
    assert len(locate_local(everything, workspace).files) == 33
