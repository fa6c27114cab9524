"""What is removed can be made or fetched again; everything else is kept."""

import json
import os
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from labwright.clean import is_in_use, removable, remove, unfinished
from labwright.cli import main
from labwright.write.staging import try_lock
from tests.at_work import at_work
from tests.finished_runs import results, write_run

DONE = results(targets=["species"], classes=["a", "b"], figures=(0.9, 0.9, 0.8, 1))
NAME = "20260101_000000_penguins"


def put(path: Path, content: bytes = b"x" * 10) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def known(folder: Path, names: dict[str, Any], **files: bytes) -> None:
    """Raw files that the plan names, fetched in one way or another."""
    raw = folder / "data" / "raw"
    named = {name.replace("_", "."): content for name, content in files.items()}
    for name, content in named.items():
        put(raw / name, content)
    sums = {name: sha256(content).hexdigest() for name, content in named.items()}
    plan = {"names": names, "constants": {"FILES": sums}}
    (folder / "plan.json").write_text(json.dumps(plan))


@pytest.fixture
def experiment(tmp_path: Path) -> Path:
    folder = tmp_path / "experiments" / NAME
    run = write_run(folder, DONE)
    known(folder, {"fetch_local": "fetch_url"}, a_csv=b"a,b\n1,2\n")
    for name in ("best", "last"):
        put(run / "checkpoints" / f"{name}.ckpt")
    put(run / "report.html")
    put(run / ".results.json.unfinished")
    for name in ("train_input.npy", "train.parquet", "encoder.json"):
        put(folder / "data" / "prepared" / "0123456789ab" / name)
    put(folder / "data" / "cache" / "compiler" / "x.so")
    return folder


def removed(folder: Path) -> set[str]:
    """Names of the files that are gone after all that can be removed is."""
    before = {path for path in folder.rglob("*") if path.is_file()}
    remove(removable(folder))
    after = {path for path in folder.rglob("*") if path.is_file()}
    return {path.relative_to(folder).as_posix() for path in before - after}


def test_what_can_be_made_again_goes(experiment: Path) -> None:
    found = removable(experiment)
    assert [each.what for each in found] == [
        "downloads",
        "prepared data",
        "checkpoints to go on from",
        "caches and leftovers",
    ]
    assert [each.size for each in found] == [8, 30, 10, 20]
    assert removed(experiment) == {
        "data/raw/a.csv",
        "data/prepared/0123456789ab/train_input.npy",
        "data/prepared/0123456789ab/train.parquet",
        "data/prepared/0123456789ab/encoder.json",
        "data/cache/compiler/x.so",
        "runs/001/checkpoints/last.ckpt",
        "runs/001/.results.json.unfinished",
    }
    assert not (experiment / "data").exists()
    assert removable(experiment) == []


@pytest.mark.parametrize(
    "name",
    [
        "notes.md",
        "data/notes.txt",
        "data/raw/notes.csv",
        "data/prepared/notes.npy",
        "data/prepared/mine/a.npy",
        "data/prepared/0123456789ab/notes.txt",
        "runs/001/checkpoints/mine.ckpt",
        "runs/001/.hidden",
        "runs/001/checkpoints/.mine.ckpt",
        "predictions/new.csv",
    ],
)
def test_a_file_that_we_did_not_make_is_kept(experiment: Path, name: str) -> None:
    put(experiment / name)
    assert name not in removed(experiment)


def test_a_download_that_was_edited_is_kept(experiment: Path) -> None:
    (experiment / "data" / "raw" / "a.csv").write_text("a,b\n1,3\n")
    assert "data/raw/a.csv" not in removed(experiment)


@pytest.mark.parametrize("names", [{}, {"fetch_local": "fetch_local"}])
def test_files_of_this_machine_are_kept(experiment: Path, names: Any) -> None:
    known(experiment, names, a_csv=b"a,b\n1,2\n")
    assert "data/raw/a.csv" not in removed(experiment)


@pytest.mark.parametrize("fetch", ["weights_of_hub", "weights_on_disk"])
def test_an_encoder_goes_if_it_can_be_fetched_again(
    experiment: Path, fetch: str
) -> None:
    weights = put(experiment / "data" / "raw" / ".pretrained" / "model.safetensors")
    sums = {weights.name: sha256(weights.read_bytes()).hexdigest()}
    plan = {
        "names": {"weights_on_disk": fetch},
        "constants": {"PRETRAINED_FILES": sums},
    }
    (experiment / "plan.json").write_text(json.dumps(plan))
    gone = "data/raw/.pretrained/model.safetensors" in removed(experiment)
    assert gone == (fetch == "weights_of_hub")


def test_members_of_an_archive_go_and_others_beside_them_stay(experiment: Path) -> None:
    raw = experiment / "data" / "raw"
    with zipfile.ZipFile(put(raw / "a.zip"), "w") as archive:
        archive.writestr("in/b.csv", "1234")
        archive.writestr("c.csv", "1234")
        archive.writestr("../../../notes.md", "1234")
    known(experiment, {"fetch_local": "fetch_url"}, a_zip=(raw / "a.zip").read_bytes())
    inside = raw / "unpacked" / "a.zip"
    put(inside / "in" / "b.csv", b"1234")
    put(inside / "c.csv", b"edited")
    put(inside / "mine.csv", b"1234")
    put(experiment / "data" / "notes.md", b"1234")
    gone = {name for name in removed(experiment) if name.startswith("data/raw/")}
    assert gone == {"data/raw/a.zip", "data/raw/unpacked/a.zip/in/b.csv"}
    assert (experiment / "data" / "notes.md").exists()


def test_links_are_neither_followed_nor_removed(
    experiment: Path, tmp_path: Path
) -> None:
    elsewhere = put(tmp_path / "elsewhere" / "a.npy").parent
    (experiment / "data" / "prepared" / "abcdefabcdef").symlink_to(elsewhere)
    (experiment / "data" / "raw" / "a.csv").unlink()
    (experiment / "data" / "raw" / "a.csv").symlink_to(put(tmp_path / "a.csv"))
    removed(experiment)
    assert (elsewhere / "a.npy").exists()
    assert (tmp_path / "a.csv").exists()
    assert (experiment / "data" / "raw" / "a.csv").is_symlink()


def test_a_file_with_another_name_frees_nothing(
    experiment: Path, tmp_path: Path
) -> None:
    os.link(experiment / "data" / "raw" / "a.csv", tmp_path / "b.csv")
    assert removable(experiment)[0].size == 0


@pytest.mark.parametrize("status", ["interrupted", "failed", "running"])
def test_an_unfinished_run_keeps_what_it_goes_on_from(
    experiment: Path, status: str
) -> None:
    write_run(experiment, DONE | {"status": status})
    known(experiment, {}, a_csv=b"")
    assert "runs/001/checkpoints/last.ckpt" not in removed(experiment)


def test_an_experiment_in_which_a_training_is_at_work_is_left_alone(
    experiment: Path,
) -> None:
    found = removable(experiment)
    assert not is_in_use(experiment)
    with at_work(experiment / "runs" / "001"):
        assert is_in_use(experiment)
        remove(found)
    assert removable(experiment) == found


def test_unfinished_downloads_go_unless_somebody_is_at_work_on_them(
    tmp_path: Path,
) -> None:
    staging = tmp_path / "experiments" / ".staging"
    left = put(staging / "aaaa" / "data" / "raw" / "a.csv.part")
    put(staging / "aaaa" / "lock", b"")
    moved = put(staging / "aaaa.123" / "data" / "raw" / "b.csv")
    (found,) = unfinished(tmp_path / "experiments")
    assert {left, moved} <= set(found.files)
    assert found.size == 20
    with try_lock(staging / "aaaa"):
        assert unfinished(tmp_path / "experiments") == []
        remove([found])
    assert left.exists()
    remove([found])
    assert not left.exists()
    assert not moved.exists()


# ---- the command ---------------------------------------------------------------------


@pytest.fixture
def labwright(
    experiment: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """Runs a command in the workspace; gives its exit code and what it printed."""
    monkeypatch.chdir(experiment.parents[1])

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        out, err = capfd.readouterr()
        return code, out, err

    return call


def test_it_shows_and_asks(
    labwright: Any, experiment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = experiment / "runs" / "001" / "checkpoints" / "last.ckpt"
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for answer in (False, True):
        monkeypatch.setattr("typer.confirm", lambda _, answer=answer: answer)
        code, out, _ = labwright("clean", "penguin")
        assert code == 0
        assert "prepared data, 3 files, 30 bytes" in out
        assert "68 bytes in all" in out
        assert last.exists() != answer
    assert "nothing to remove" in labwright("clean", "penguin")[1]


def test_without_a_terminal_it_wants_yes(labwright: Any, experiment: Path) -> None:
    last = experiment / "runs" / "001" / "checkpoints" / "last.ckpt"
    code, out, err = labwright("clean")
    assert code == 2
    assert "prepared data" in out
    assert "--yes" in err
    assert last.exists()
    assert labwright("clean", "--yes")[0] == 0
    assert not last.exists()


def test_json_shows_and_with_yes_removes(labwright: Any, experiment: Path) -> None:
    code, out, _ = labwright("clean", "--json")
    found = json.loads(out)
    assert (code, found["removed"], found["bytes"]) == (0, False, 68)
    assert found["parts"][0]["what"] == "downloads"
    assert json.loads(labwright("clean", "--json", "--yes")[1])["removed"]
    assert not (experiment / "runs" / "001" / "checkpoints" / "last.ckpt").exists()


def test_it_says_what_is_left_alone(labwright: Any, experiment: Path) -> None:
    with at_work(experiment / "runs" / "001"):
        assert "a training is at work" in labwright("clean", "--yes")[1]
        found = json.loads(labwright("clean", "--json", "--yes")[1])
    assert found["in_use"] == [f"experiments/{NAME}"]
    assert not found["removed"]
