"""Generate, check and train every task of a folder, and write one table of the results.

    python bench/results.py DATA --only penguins tomatoes --minutes 2

DATA/<name>/task.json describes each task in words. The experiments are made in a folder of
their own (`--work`), by the command line, as a person would; each trains for `--minutes`.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HEAD = """\
# Results

Each task is described in words alone, generated, checked, and trained for {minutes} minutes at
most on {cores} cores ({machine}, no GPU); one seed, no tuning. Figures are of the test part, with
the 95 % interval. The verdict is the paired difference to the baseline that was best on
validation. Made by

    python bench/results.py DATA --minutes {minutes} --only {names}

where `DATA/<name>/` holds a task.json and its files.

| task | recipe | metric | test (95 % interval) | constant | best baseline | verdict | epochs | training rows |
|---|---|---|---|---|---|---|---|---|
{table}

{losses}
"""
LABWRIGHT = str(Path(sys.executable).with_name("labwright"))


def run(arguments: list[str], work: Path) -> dict[str, Any]:
    """What a command prints with --json."""
    ended = subprocess.run(
        [LABWRIGHT, *arguments], cwd=work, capture_output=True, text=True, check=False
    )
    lines = ended.stdout.strip()
    if not lines:
        sys.exit(f"labwright {' '.join(arguments)}: {ended.stderr}")
    answer: dict[str, Any] = json.loads(lines)
    if "error" in answer:
        print(json.dumps(answer["error"], indent=2), file=sys.stderr)
    return answer


def train(task: Path, work: Path, minutes: float) -> dict[str, Any]:
    """Make the experiment of a task, train it, and return its results.json."""
    start = time.perf_counter()
    made = run(["generate", "--json", "--task", str(task)], work)
    if "error" in made:
        return {"status": made["error"]["code"]}
    generated = time.perf_counter() - start
    newest = max(work.glob("experiments/*_*"))
    run(["run", "--json", newest.name, "--", "--max-minutes", str(minutes)], work)
    results: dict[str, Any] = json.loads((newest / "results.json").read_text())
    return results | {"generated": generated}


def figure(value: float | None) -> str:
    """Four digits that matter."""
    return (
        ""
        if value is None
        else f"{value:,.4g}"
        if abs(value) < 1e4
        else f"{value:,.0f}"
    )


def best_baseline(results: dict[str, Any]) -> str:
    """The baseline that was best on validation, which the verdict is about."""
    name = results["verdict"]["baseline"]
    return f"{name} {figure(results['baselines'][name]['test'])}"


def row(name: str, results: dict[str, Any]) -> str:
    """A task's line of the table."""
    if results["status"] != "completed":
        return f"| {name} | | {results['status']} | | | | | | |"
    metric, verdict = results["metric"], results["verdict"]
    low, high = metric["interval"] or (None, None)
    constant, line = next(iter(results["baselines"].items()))
    span = f"{figure(metric['test'])} ({figure(low)} to {figure(high)})"
    epochs, rows = results["training"]["epochs"], results["split"]["rows"]["train"]
    cells = [
        name,
        results["task"]["recipe"],
        metric["name"],
        span,
        f"{constant} {figure(line['test'])}",
        best_baseline(results),
        verdict["word"],
        f"{epochs:g}",
        f"{rows:,}",
    ]
    return "| " + " | ".join(cells) + " |"


def loss(name: str, results: dict[str, Any]) -> str:
    """How far training came, where a baseline was better."""
    training, planned = results["training"], results["options"]["epochs"]
    rival = results["verdict"]["baseline"]
    ended = {"time limit": "the time was up", "early stopping": "patience ran out"}
    how = ended.get(training["stopped"], "all epochs were done")
    rows = results["split"]["rows"]["train"]
    return (
        f"- {name} loses to {rival}: {rows:,} training rows, {training['epochs']:g} of {planned} "
        f"planned epochs in {training['steps']:,} steps until {how}."
    )


def page(names: list[str], lines: list[str], losses: list[str], minutes: float) -> str:
    """The document so far."""
    text = HEAD.format(
        minutes=f"{minutes:g}",
        cores=os.cpu_count(),
        machine=platform.machine(),
        names=" ".join(names),
        table="\n".join(lines),
        losses="\n".join(losses),
    )
    return text.rstrip() + "\n"


def main() -> None:
    """Train one task after the other; the table is whole after each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--out", type=Path, default=Path("docs/results.md"))
    parser.add_argument(
        "--work", type=Path, help="kept; a temporary folder if not given"
    )
    options = parser.parse_args()
    names = options.only or sorted(
        p.parent.name for p in options.data.glob("*/task.json")
    )
    work = options.work or Path(tempfile.mkdtemp())
    (work / "experiments").mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    losses: list[str] = []
    for name in names:
        results = train(
            (options.data / name / "task.json").resolve(), work, options.minutes
        )
        lines.append(row(name, results))
        if (results.get("verdict") or {}).get("word") == "loses":
            losses.append(loss(name, results))
        print(
            lines[-1], f"generated in {results.get('generated', 0):.0f} s", flush=True
        )
        options.out.write_text(page(names, lines, losses, options.minutes))


if __name__ == "__main__":
    main()
