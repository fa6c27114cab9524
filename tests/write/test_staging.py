"""What is left in experiments/.staging, and how an experiment gets out of it."""

import errno
import os
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from labwright.errors import DownloadError
from labwright.task.model import Source, Task
from labwright.write.staging import STAGING, give_name, raw_folder

TASK = Task(
    name="t",
    data_sources=(Source(type="url", identifier="http://127.0.0.1/a.csv"),),
)


def cut_off(experiments, content: bytes | None) -> None:
    with raw_folder(TASK, experiments) as raw:
        raw.mkdir(parents=True)
        if content is not None:
            (raw / "a.csv.part").write_bytes(content)
        raise DownloadError("an answer", "none", "Try again.")


@pytest.mark.parametrize("content", [None, b""])
def test_nothing_is_left_where_nothing_was_fetched(tmp_path, content):
    (tmp_path / "experiments").mkdir()
    with pytest.raises(DownloadError):
        cut_off(tmp_path / "experiments", content)
    assert not list((tmp_path / "experiments").iterdir())


def test_what_was_fetched_is_kept(tmp_path):
    with pytest.raises(DownloadError):
        cut_off(tmp_path / "experiments", b"a,b")
    (part,) = tmp_path.rglob("*.part")
    assert part.read_bytes() == b"a,b"


KILLED = """
import os, sys
from pathlib import Path
from tests.write.test_staging import TASK
from labwright.write.staging import building_folder, raw_folder
experiments = Path(sys.argv[1])
with raw_folder(TASK, experiments) as raw:
    raw.mkdir(parents=True)
    (raw / "a.csv").write_bytes(b"a,b")
    with building_folder(experiments, "f" * 64, raw) as folder:
        assert (folder / "data" / "raw" / "a.csv").exists()
        os._exit(9)
"""


def test_files_come_back_from_an_experiment_that_was_never_finished(tmp_path):
    """A kill leaves them moved into it, and nobody there to move them back."""
    experiments = tmp_path / "experiments"
    command = [sys.executable, "-c", KILLED, str(experiments)]
    path = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    killed = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, check=False)
    assert killed.returncode == 9
    with raw_folder(TASK, experiments) as raw:
        assert (raw / "a.csv").read_bytes() == b"a,b"
        assert len(list((experiments / STAGING).iterdir())) == 1
    assert not experiments.exists() or not list(experiments.iterdir())


# ---- the last step -------------------------------------------------------------------

NOW = datetime(2026, 1, 2, 3, 4, 5)
NAME = "20260102_030405_t"


@pytest.fixture
def finished(tmp_path):
    """An experiment that has no name yet."""
    folder = tmp_path / "experiments" / STAGING / "abc.1"
    (folder / "data" / "raw").mkdir(parents=True)
    for name in ("train.py", "plan.json", ".gitignore", "data/raw/a.csv"):
        (folder / name).write_text("x")
    return folder


def test_the_disk_has_every_file_before_the_experiment_gets_its_name(
    finished, tmp_path, monkeypatch
):
    done, names = [], {}
    experiments = tmp_path / "experiments"
    for path in (experiments, finished, *finished.iterdir()):
        names[path.stat().st_ino] = path.name
    rename = Path.rename
    monkeypatch.setattr(os, "fsync", lambda fd: done.append(names[os.fstat(fd).st_ino]))
    monkeypatch.setattr(
        Path, "rename", lambda old, new: done.append("rename") or rename(old, new)
    )
    made = give_name(finished, experiments, "t", lambda: NOW)
    assert made == experiments / NAME
    assert done == [
        *(".gitignore", "plan.json", "train.py"),
        *("abc.1", "rename", "experiments"),
    ]
    assert (made / "data" / "raw" / "a.csv").exists()


def test_a_disk_that_does_not_take_a_file_gets_no_experiment(
    finished, tmp_path, monkeypatch
):
    def refuse(fd):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        give_name(finished, tmp_path / "experiments", "t", lambda: NOW)
    assert not (tmp_path / "experiments" / NAME).exists()


def test_a_disk_that_cannot_sync_folders_is_no_obstacle(
    finished, tmp_path, monkeypatch
):
    def refuse(fd):
        if stat.S_ISDIR(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    monkeypatch.setattr(os, "fsync", refuse)
    made = give_name(finished, tmp_path / "experiments", "t", lambda: NOW)
    assert made.name == NAME
