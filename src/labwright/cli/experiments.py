"""Commands on experiments that exist: run, list, show, report and check."""

import sys
from typing import Annotated, Any

import typer

from labwright.cli.options import EXPERIMENTS, Debug, ExperimentName, Experiments, Json


def run(
    context: typer.Context,
    experiment: ExperimentName = None,
    experiments: Experiments = EXPERIMENTS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Train an experiment and draw its report.

    Goes on where an unfinished run was cut off. Ctrl-C stops it; the next run goes on.
    What stands after -- are options of the experiment's train.py.
    """
    from labwright.cli import terminal
    from labwright.experiments import find_experiment
    from labwright.run import run

    options = list(context.args)
    if experiment is not None and experiment.startswith(
        "-"
    ):  # labwright run -- --epochs 3
        options.insert(0, experiment)
        experiment = None
    folder = find_experiment(experiments, experiment)
    results = run(folder, options, output=sys.stderr if json else None)
    if json:
        terminal.say_json({"experiment": str(folder), "results": results})
    elif results:
        terminal.say()
        terminal.say_results(results)
        terminal.say(f"Report: {folder / 'runs' / results['run'] / 'report.html'}")


def list_(
    experiments: Experiments = EXPERIMENTS, json: Json = False, debug: Debug = False
) -> None:
    """Compare all experiments and their runs, the newest last.

    For each run: status, test figure with its 95 % interval, validation figure, best
    baseline, verdict.
    """
    from labwright.cli import terminal
    from labwright.experiments import compare

    lines = compare(experiments)
    if json:
        terminal.say_json({"experiments": str(experiments), "runs": lines})
    elif lines:
        terminal.say_runs(lines)
    else:
        terminal.say(
            f"No experiments in {experiments}. `labwright generate` makes one."
        )


def show(
    experiment: ExperimentName = None,
    experiments: Experiments = EXPERIMENTS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Show the decisions, the runs and the latest result of one experiment."""
    from labwright.cli import terminal
    from labwright.experiments import (
        find_experiment,
        read_experiment,
        read_json,
        summarize,
    )

    folder = find_experiment(experiments, experiment)
    found, plan = read_experiment(folder), read_json(folder / "plan.json")
    if json:
        runs = [
            {"run": run.folder.name, "status": run.status, **run.results}
            for run in found.runs
        ]
        terminal.say_json({"experiment": str(folder), "plan": plan, "runs": runs})
        return
    terminal.say_runs(summarize(found))
    terminal.say()
    terminal.say_decisions(plan.get("decisions", ()), changes=True)
    terminal.say_warnings(plan.get("warnings", ()))
    if found.runs and found.runs[-1].status == "completed":
        terminal.say()
        terminal.say_results(found.runs[-1].results)
    _say_next(folder, found.runs)


def _say_next(folder: Any, runs: Any) -> None:
    from labwright.cli import terminal

    command = "report" if runs and runs[-1].status == "completed" else "run"
    terminal.say()
    terminal.say(f"Next: labwright {command} {folder.name}")


def report(
    experiment: Annotated[
        str | None,
        typer.Argument(
            metavar="EXPERIMENT|RUN",
            help="An experiment, whose latest run is drawn, or the folder of a run.",
            show_default=False,
        ),
    ] = None,
    experiments: Experiments = EXPERIMENTS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Draw the page of a run: report.html, one file that needs nothing else."""
    from labwright.cli import terminal
    from labwright.experiments import find_run
    from labwright.report import report

    run = find_run(experiments, experiment)
    path = report(run)
    if json:
        terminal.say_json({"run": str(run), "report": str(path)})
    else:
        terminal.say(str(path))


def check(
    experiment: ExperimentName = None,
    experiments: Experiments = EXPERIMENTS,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Run the check.py of an experiment: its contract test, seconds, offline."""
    from dataclasses import asdict

    from labwright.check import check
    from labwright.cli import terminal
    from labwright.experiments import find_experiment

    folder = find_experiment(experiments, experiment)
    found = check(folder)
    if json:
        terminal.say_json({"experiment": str(folder), "check": asdict(found)})
    else:
        terminal.say_check(found)
