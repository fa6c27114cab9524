"""Sources of two kinds, joined, with a column made of both: from the task to new rows."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta

import polars as pl
import pytest

from labwright.generate import Request, generate
from tests.servers import serve_files

HOURS = [datetime(2024, 1, 20) + timedelta(hours=i) for i in range(240)]
HIRES = pl.DataFrame(
    {
        "at": [f"{hour:%d/%m/%Y %H:%M}" for hour in HOURS],
        "station": ["North", "South", "-"] * 80,
        "hires": [f"{1000 + 37 * (i % 41):,}" for i in range(240)],
    }
)
WEATHER = pl.DataFrame(
    {
        "day": HOURS[:216:24],  # the last day is not there
        "rain": [float(i % 4) for i in range(9)],
        "wind": ["weak", "strong", "none"] * 3,
    }
)
TASK = {
    "name": "hires",
    "output_description": "The number of hires",
    "target": "hires",
    "derive": {
        "wet": "rain > 1 AND station = 'North'",
        "rush": "EXTRACT(hour FROM at) IN (7, 8, 17, 18)",
        "many": "hires > 1500",
    },
    "where": "EXTRACT(hour FROM at) >= 6 AND hires < 2400",
    "seed": 3,
}
# Everything is fetched anew by the experiment's own code, as on another machine.
LOAD = """
import shutil, sys
from pathlib import Path
import polars as pl
shutil.rmtree("data")
import dataloader, predict
folder = dataloader.prepare()
parts = [dataloader.Rows(folder, part) for part in ("train", "val", "test")]
table = pl.concat([p.table.with_columns(row=pl.Series(p.ids)) for p in parts])
table.sort("row").write_parquet("loaded.parquet")
new = predict.complete(dataloader.read_rows(Path("new.csv")))
dataloader.clean_rows(new, judged=False).write_parquet("new.parquet")
edited = Path("joins.py").read_text().replace('"matched": 0', '"matched": 1')
before = dataloader.version()
Path("joins.py").write_text(edited)
print(before != dataloader.version())
"""


def packed(table: pl.DataFrame) -> bytes:
    inside, whole = io.BytesIO(), io.BytesIO()
    table.write_parquet(inside)
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("in/weather.parquet", inside.getvalue())
    return whole.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    base = tmp_path_factory.mktemp("joined")
    HIRES.write_csv(base / "hires.csv")
    with serve_files({"weather.zip": packed(WEATHER)}) as server:
        sources = ["hires.csv", {"identifier": f"{server.url}/weather.zip"}]
        (base / "experiments").mkdir()
        task = base / "experiments" / "next_task.json"
        task.write_text(json.dumps({**TASK, "data_sources": sources}))
        request = Request(base / "experiments", progress=False)
        folder = generate(request, checked=False).folder
        new = HIRES.drop("hires")[[0, 30, 239]]
        new.write_csv(folder / "new.csv")
        loaded = subprocess.run(
            [sys.executable, "-c", LOAD],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert loaded.returncode == 0, loaded.stderr
        yield folder, loaded


def wanted() -> pl.DataFrame:
    """What a person would compute by hand."""
    day = pl.Series("day", HOURS).dt.truncate("1d")
    rows = HIRES.with_columns(
        day,
        at=pl.Series(HOURS),
        station=pl.when(pl.col("station") != "-").then(pl.col("station")),
        hires=pl.col("hires").str.replace(",", "").cast(pl.Float64),
    ).join(WEATHER, on="day", how="left", maintain_order="left")
    rows = rows.with_columns(
        wet=(pl.col("rain") > 1) & (pl.col("station") == "North"),
        rush=pl.col("at").dt.hour().is_in([7, 8, 17, 18]),
    )
    return rows.filter(pl.col("at").dt.hour() >= 6, pl.col("hires") < 2400)


def test_the_experiment_loads_what_was_joined_and_made(made):
    folder, _ = made
    loaded, expected = pl.read_parquet(folder / "loaded.parquet"), wanted()
    assert len(loaded) == len(expected)
    for name in ("rain", "wind", "hires", "station"):
        assert loaded[name].equals(expected[name].alias(name)), name
    for name in ("wet", "rush"):
        assert loaded[name].cast(pl.String).equals(expected[name].cast(pl.String)), name
    assert "many" not in loaded.columns  # it is made of the target


def test_an_edit_of_a_join_is_prepared_anew(made):
    assert made[1].stdout.splitlines()[-1] == "True"


def test_new_rows_get_what_belongs_to_them_and_are_all_kept(made):
    folder, loaded = made
    new = pl.read_parquet(folder / "new.parquet")
    assert new["rain"].to_list() == [0.0, 1.0, None]
    assert new["wet"].cast(pl.String).to_list()[:2] == ["false", "false"]
    assert "1 of 3 rows have no row in ['source_2/weather.zip/in" in loaded.stderr


def test_the_plan_says_what_the_sources_are_to_each_other(made):
    folder, _ = made
    decisions = json.loads((folder / "plan.json").read_text())["decisions"]
    said = {d["subject"]: d for d in decisions}
    assert "90 % of the rows match, one row each" in said["join"]["reason"]
    assert "`at` = `day` by day" in said["join"]["choice"]
    readme = (folder / "README.md").read_text()
    assert "hires.csv` (local) and" in readme
    assert "which is not over at" in readme


def test_each_kind_of_place_has_a_file_and_none_is_long(made):
    folder, _ = made
    names = {path.stem for path in folder.glob("*.py")}
    assert {"from_local", "from_url"} <= names
    assert not {"place", "from_kaggle"} & names
    for path in folder.glob("*.py"):
        lines = path.read_text().count("\n")
        assert lines <= 320 or path.name == "model.py", (path.name, lines)


def test_words_of_the_task_stand_in_literals_alone(made):
    """An expression is data: whatever it says, the code around it is the same."""
    folder, _ = made
    for name in ("made.py", "joins.py", "fetch.py", "tables.py", "from_url.py"):
        text = (folder / name).read_text()
        assert text.count("EXTRACT(hour") == (2 if name == "made.py" else 0)
        assert "labwright" not in text
