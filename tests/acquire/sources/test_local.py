import pytest

from labwright.acquire.sources.local import locate_local
from labwright.errors import NotFoundError
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


def test_a_path_into_an_archive_says_how_to_name_its_member(workspace):
    (workspace / "data" / "arch.zip").write_bytes(b"PK")
    source = Source(type="local", identifier="./data/arch.zip/inner/penguins.csv")
    with pytest.raises(NotFoundError, match=r"data/arch\.zip is a file") as caught:
        locate_local(source, workspace)
    assert caught.value.candidates == ("data/arch.zip",)
    assert caught.value.fix == (
        'Write "identifier": "data/arch.zip", "file": "inner/penguins.csv".'
    )
