"""What a download that was cut off leaves in experiments/.staging."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labwright.errors import DownloadError
from labwright.task.model import Source, Task
from labwright.write.staging import STAGING, raw_folder

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
