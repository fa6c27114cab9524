from pathlib import Path

import pytest
from tests.acquire.isolated import acquire_isolated
from tests.servers import serve_kaggle

CSV = "a,b\n1,2\n3,4\n"
LOGIN = {"KAGGLE_USERNAME": "tester", "KAGGLE_KEY": "goodkey"}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("kaggle") / "served"
    for name in (
        "datasets/me/tiny/x.csv",
        "datasets/me/tiny/more/y.csv",
        "datasets/me/tiny/cat.png",
        "datasets/private/tiny/x.csv",
        "competitions/titanic/train.csv",
        "competitions/titanic/test.csv",
        "competitions/norules/x.csv",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(CSV)
    for number in range(24):
        path = root / f"datasets/me/pictures/{'ab'[number % 2]}/{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x89PNG\r\n\x1a\n")
    return root


@pytest.fixture(scope="module")
def done(root):
    cases = {
        "set": {"identifier": "me/tiny"},
        "file": {"identifier": "me/tiny", "file": "y.csv"},
        "competition": {"identifier": "competition/titanic"},
        "pictures": {"identifier": "me/pictures"},
        "missing": {"identifier": "me/nothing"},
        "bad_file": {"identifier": "me/tiny", "file": "z.csv"},
        "bad_revision": {"identifier": "me/tiny", "revision": "v3"},
        "norules": {"identifier": "competition/norules"},
        "capped": {"identifier": "me/tiny", "cap": 20},
    }
    sources = {name: {"type": "kaggle", **case} for name, case in cases.items()}
    with serve_kaggle(root) as server:
        server.state["fail_next"] = [503, 429]
        yield acquire_isolated(root.parent, sources, server.url, **LOGIN)


def test_a_set_is_pinned_and_only_what_may_be_a_table_is_fetched(done):
    result = done["set"]
    assert (result["fetch"], result["source"], result["revision"]) == (
        "fetch_kaggle",
        "me/tiny",
        "3",
    )
    assert list(result["files"]) == ["more/y.csv", "x.csv"]
    assert result["notes"] == ["Left at Kaggle: 1 of 3 files."]
    assert list(done["file"]["files"]) == ["more/y.csv"]


def test_a_set_of_images_is_fetched_as_a_whole(done):
    result = done["pictures"]
    assert "files" in result, result
    assert list(result["files"]) == ["pictures/"]
    assert len(result["files"]["pictures/"]) == 64
    assert [table["path"] for table in result["tables"]] == ["pictures/"]


def test_a_competition(done):
    result = done["competition"]
    assert (result["source"], result["revision"]) == ("competition/titanic", None)
    assert result["official"] == {"train.csv": "train", "test.csv": "test"}


@pytest.mark.parametrize(
    ("case", "error", "key"),
    [
        ("missing", "NotFoundError", "identifier"),
        ("bad_file", "NotFoundError", "file"),
        ("bad_revision", "NotFoundError", "revision"),
        ("norules", "AccessError", "identifier"),
        ("capped", "TooLargeError", "max_size"),
    ],
)
def test_errors(done, case, error, key):
    assert done[case]["error"] == error
    assert done[case]["key"] == f"data_sources[0].{key}"


def test_rules_that_were_not_accepted_are_named(done):
    assert "/competitions/norules/rules" in done["norules"]["fix"]


def test_nothing_is_left_elsewhere(done):
    assert done.traces == []
    assert done.output.strip() == ""
    folder = Path(done["set"]["folder"])
    assert sorted(path.name for path in folder.rglob("[!.]*") if path.is_file()) == [
        "x.csv",
        "y.csv",
    ]


def test_without_a_login(root, tmp_path):
    cases = {
        "public": {"type": "kaggle", "identifier": "me/tiny"},
        "competition": {"type": "kaggle", "identifier": "competition/titanic"},
        "private": {"type": "kaggle", "identifier": "private/tiny"},
    }
    with serve_kaggle(root) as server:
        done = acquire_isolated(tmp_path, cases, server.url)
    assert list(done["public"]["files"]) == ["more/y.csv", "x.csv"]
    assert {done[name]["error"] for name in ("competition", "private")} == {
        "AccessError"
    }
    assert "KAGGLE_USERNAME" in done["competition"]["fix"]
