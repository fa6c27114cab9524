"""What a download that was cut off leaves in experiments/.staging."""

import pytest

from labwright.errors import DownloadError
from labwright.task.model import Source, Task
from labwright.write.staging import raw_folder

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
