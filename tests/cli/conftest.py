"""The command line in a workspace with one experiment."""

from pathlib import Path
from typing import Any

import pytest

from labwright.cli import main
from tests.finished_runs import results, write_run


@pytest.fixture
def experiments(tmp_path: Path) -> Path:
    folder = tmp_path / "experiments"
    done = results(
        targets=["species"], classes=["a", "b"], figures=(0.98, 0.96, 0.9, 1)
    )
    write_run(folder / "20260101_000000_penguins", done)
    return folder


@pytest.fixture
def labwright(
    experiments: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """Runs a command in the workspace; gives its exit code and what it printed."""
    monkeypatch.chdir(experiments.parent)
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        out, err = capfd.readouterr()
        return code, out, err

    return call
