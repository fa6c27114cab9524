"""Printing for people and for programs. Nothing else in Labwright prints.

Text from tasks and data goes through `printable`, which spells out control characters, and
a console without markup shows the rest as it is.
"""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from labwright.errors import LabwrightError
from labwright.printable import printable
from labwright.report.words import (
    count,
    duration,
    figure,
    interval,
    metric_name,
    written,
)

if TYPE_CHECKING:  # slow to import, and only named here
    from labwright.acquire.acquired import Acquired
    from labwright.check import CheckReport
    from labwright.profile.facts import TableProfile

STATUS_STYLES = {
    "completed": "green",
    "failed": "red",
    "interrupted": "yellow",
    "running": "cyan",
    "broken": "red",
    "not run": "dim",
}
VERDICT_STYLES = {"beats": "green", "ties": "yellow", "loses": "red"}

out = Console(markup=False, emoji=False, highlight=False)
err = Console(markup=False, emoji=False, highlight=False, stderr=True)


def say(content: Any = "", style: str | None = None) -> None:
    """Print a line of text, or anything that rich can draw, for a person."""
    out.print(
        Text(printable(content), style or "") if isinstance(content, str) else content
    )


def say_json(content: Mapping[str, Any]) -> None:
    """Print one JSON object, for a program."""
    sys.stdout.write(json.dumps(content, indent=2, default=str) + "\n")


def safe(value: Any, style: str = "") -> Text:
    """A cell of a table."""
    return Text(printable("" if value is None else str(value)), style)


# ---- errors and warnings -------------------------------------------------------------


def say_error(error: LabwrightError) -> None:
    """Expected, found and what to do next, on standard error."""
    err.print(Text.assemble(("Error", "bold red"), f"  {error.code}"))
    grid = _grid()
    about = printable(error.key) if error.key else None
    for name, content in (
        ("about", about),
        ("expected", error.expected),
        ("found", error.found),
        ("next", error.fix),
        ("candidates", ", ".join(map(str, error.candidates))),
    ):
        if content:
            grid.add_row(Text(f"  {name}", "dim"), safe(content))
    err.print(grid)


def say_warnings(warnings: Iterable[str]) -> None:
    """What a person should know before trusting the result."""
    grid = _grid()
    for warning in warnings:
        grid.add_row(Text("!", "bold yellow"), safe(warning))
    out.print(grid)


# ---- decisions -----------------------------------------------------------------------


def say_decisions(
    decisions: Sequence[Mapping[str, Any]], *, changes: bool = False
) -> None:
    """All decisions as one table; with `changes`, also how to decide otherwise."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("decision", max_width=20, overflow="fold")
    table.add_column("choice", max_width=22, overflow="fold", style="bold")
    table.add_column("because", overflow="fold", ratio=1)
    for decision in decisions:
        subject = decision["subject"]
        about = decision.get("about")
        reason = safe(decision["reason"])
        if changes and decision.get("change"):
            reason.append(f"\n{printable(decision['change'])}", "dim")
        name = safe(f"{subject} {about}" if about else subject)
        table.add_row(name, safe(written(decision["choice"])), reason)
    out.print(table)


# ---- experiments and runs ------------------------------------------------------------


def say_runs(lines: Sequence[Mapping[str, Any]]) -> None:
    """Experiments and runs, each experiment's name and metric above its runs."""
    out.print(
        _columns(
            "run",
            "status",
            "validation",
            "test",
            "best baseline",
            "verdict",
            style="dim",
        )
    )
    for name, runs in groupby(lines, key=lambda line: line["experiment"]):
        group, shown = list(runs), None
        first = next((line["metric"] for line in group if line.get("metric")), "")
        for line in group:
            metric = line.get("metric") or shown or first
            if metric != shown:
                say(
                    Text.assemble(
                        (printable(name), "bold"), f"  {printable(metric_name(metric))}"
                    )
                )
                shown = metric
            _say_run(line)


def _say_run(line: Mapping[str, Any]) -> None:
    """A run in columns of fixed width, so that the runs of all experiments line up."""
    run = line["run"] or ""
    status = safe(line["status"], STATUS_STYLES.get(line["status"], ""))
    if line.get("metric") is None:
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=5)
        grid.add_column(width=11)
        grid.add_row(safe(f"  {run}"), status, safe(line.get("problem"), "dim"))
        out.print(grid)
        return
    low, high = (figure(end) for end in line["interval"] or (None, None))
    test = (
        f"{figure(line['test'])} ({low}\N{EN DASH}{high})" if line["interval"] else ""
    )
    rival = (
        f"{line['baseline']} {figure(line['baseline_test'])}"
        if line["baseline"]
        else ""
    )
    verdict = safe(line["verdict"], VERDICT_STYLES.get(line["verdict"] or "", ""))
    out.print(_columns(run, status, figure(line["val"]), test, rival, verdict))


def _columns(run: str, *cells: str | Text, style: str = "") -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    for width in (5, 11, 10, 19, 23, 7):
        grid.add_column(width=width, overflow="fold", style=style)
    grid.add_row(
        f"  {run}", *(safe(cell) if isinstance(cell, str) else cell for cell in cells)
    )
    return grid


def say_results(results: Mapping[str, Any]) -> None:
    """What a completed run came to."""
    metric, verdict = results["metric"], results.get("verdict")
    grid = _grid()
    name = metric_name(metric["name"])
    if metric.get("test") is not None:
        span = f"  95 % interval {interval(metric['interval'])}"
        grid.add_row(
            "test",
            Text.assemble(f"{name} ", (figure(metric["test"]), "bold"), (span, "dim")),
        )
    grid.add_row("validation", f"{name} {figure(metric['val'])}")
    if verdict:
        style = VERDICT_STYLES.get(verdict["word"], "")
        span = f"  gain {interval(verdict['interval'], signed=True)}"
        said = Text.assemble(
            (verdict["word"], style),
            f" {printable(verdict['baseline'])}",
            (span, "dim"),
        )
        grid.add_row("verdict", said)
    if training := results.get("training"):
        grid.add_row(
            "trained",
            f"{training['epochs']} epochs in {duration(results['seconds'])}, {training['stopped']}",
        )
    out.print(grid)


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    return grid


# ---- generating ----------------------------------------------------------------------


def say_data(acquired: "Acquired", tables: "Sequence[TableProfile]") -> None:
    """What was found: rows, columns, and the size of all files."""
    from labwright.acquire.limits import show_size

    grid = _grid()
    places = [
        f"{source} at {revision}" if revision else source
        for _, source, revision in acquired.places
    ]
    grid.add_row("source", safe(f"{', '.join(places)}, {show_size(acquired.size)}"))
    for table in tables:
        first, others = table.files[0].path, len(table.files) - 1
        name = f"{first} and {count(others, 'more file')}" if others else first
        found = f"{count(table.rows, 'row')}, {count(len(table.columns), 'column')}"
        grid.add_row("data", Text.assemble((printable(name), "bold"), f"  {found}"))
    for note in acquired.notes:
        grid.add_row("note", safe(note))
    out.print(grid)


def say_check(report: "CheckReport") -> None:
    """What the experiment's own check looked at, point by point."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for point in report.points:
        mark = Text("\N{CHECK MARK}", "green")
        grid.add_row(mark, safe(point.name), safe(point.note, "dim"))
    out.print(grid)
    steps = count(report.steps_timed, "step")
    say(
        f"Checked in {duration(report.seconds)}. An epoch takes about "
        f"{duration(report.epoch_seconds)}, measured over {steps}."
    )
