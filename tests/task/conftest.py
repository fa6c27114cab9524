import json
from pathlib import Path

import pytest

from labwright.task.read import read_task


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "experiments").mkdir()
    return tmp_path


@pytest.fixture
def read(workspace):
    """Read an object, or bytes, as the workspace's next_task.json."""
    path = workspace / "experiments" / "next_task.json"

    def read(task, **arguments):
        data = task if isinstance(task, bytes) else json.dumps(task).encode()
        path.write_bytes(data)
        return read_task(path, **arguments)

    return read
