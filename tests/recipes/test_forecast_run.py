"""An emitted forecast trains, is judged, and forecasts what follows new data."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from tests.regenerate_golden import EXAMPLES

from labwright.generate import Request, decided, ignore
from labwright.write import render

SMALL = {
    "train.py": {"D_MODEL": 16, "NUM_LAYERS": 1, "MAX_EPOCHS": 1},
    "evaluate.py": {"DRAWS": 20},
}


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The example's experiment, small, and trained for an epoch."""
    workspace = tmp_path_factory.mktemp("workspace")
    shutil.copytree(EXAMPLES / "forecast", workspace / "examples" / "forecast")
    task = workspace / "examples" / "forecast" / "task.json"
    request = Request(workspace / "experiments", task, progress=False)
    with decided(request, ignore) as (plan, acquired):
        contents = render(plan, acquired, given=task.read_bytes())
    made = workspace / "experiments" / "small"
    made.mkdir(parents=True)
    for name, content in contents.items():
        lines = content.decode().split("\n")
        for constant, value in SMALL.get(name, {}).items():
            (at,) = [
                i for i, line in enumerate(lines) if line.startswith(f"{constant} =")
            ]
            lines[at] = f"{constant} = {value}"
        (made / name).write_text("\n".join(lines))
    run(made, "train.py")
    return made


def test_the_result_is_judged_against_simple_forecasts(folder):
    results = json.loads((folder / "results.json").read_text())
    assert results["status"] == "completed"
    assert results["task"]["recipe"] == "forecast"
    assert {"seasonal naive", "drift", "linear on lags"} <= results["baselines"].keys()
    assert results["verdict"]["units"] == "blocks of time"
    assert results["verdict"]["unit_count"] >= 6
    assert results["more"]["test"]["mase"] > 0
    assert results["metric"]["test"] < results["baselines"]["median"]["test"]


def test_it_forecasts_what_follows_new_data(folder, tmp_path):
    table = pl.read_csv(EXAMPLES / "forecast" / "houses.csv", infer_schema=False)
    new = table.filter((pl.col("city") == "Waco") & (pl.col("year") < "2012"))
    new.write_csv(tmp_path / "new.csv")
    output = tmp_path / "made.parquet"
    run(folder, "predict.py", str(tmp_path / "new.csv"), "--output", str(output))
    made = pl.read_parquet(output)
    assert made.columns == ["city", "time", "prediction"]
    assert made["city"].to_list() == ["Waco"] * 12
    assert made["prediction"].is_between(1, 1_000).all()
    assert str(made["time"].min()) == "2012-01-01"
