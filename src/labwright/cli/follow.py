"""Following the stages of generate: each is told as soon as it is there."""

from dataclasses import asdict
from types import TracebackType
from typing import Any, Self

from rich.status import Status

from labwright.acquire import Acquired
from labwright.check import CheckReport
from labwright.cli import terminal
from labwright.generate import Told
from labwright.plan.decisions import Plan
from labwright.profile.facts import Profile
from labwright.task.read import ReadTask


class Follower:
    """Prints what a stage yields and shows what goes on; keeps it as plain data too.

    Args:
        quiet: Print nothing until `finish`, and then one JSON object.
        changes: Show for each decision the line of the task file that changes it.
    """

    def __init__(self, *, quiet: bool, changes: bool = False) -> None:
        self.quiet, self.changes = quiet, changes
        self.content: dict[str, Any] = {}
        self.status = Status("", console=terminal.err)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.status.stop()

    def __call__(self, told: Told) -> None:
        """Tell of a stage. While data are fetched, their own bar is what goes on."""
        self.status.stop()
        match told:
            case ReadTask():
                self.content["task"] = told.task.model_dump(mode="json")
            case Acquired():
                self._go_on("Measuring the columns")
            case Profile():
                self._found(told)
                self._go_on("Deciding")
            case Plan():
                self._decided(told)
                self._go_on("Writing and checking")
            case CheckReport():
                self._checked(told)

    def finish(self, news: dict[str, Any]) -> None:
        """Print the end: where the experiment is and what to do next."""
        self.content |= news
        if self.quiet:
            terminal.say_json(self.content)
        elif "next" in self.content:
            terminal.say()
            terminal.say(f"Made  {self.content['experiment']}")
            terminal.say(f"Next  {self.content['next']}")

    def _go_on(self, text: str) -> None:
        if not self.quiet and terminal.err.is_terminal:
            self.status.update(f"{text} \N{HORIZONTAL ELLIPSIS}")
            self.status.start()

    def _found(self, facts: Profile) -> None:
        acquired = facts.acquired
        self.content["data"] = {
            "source": acquired.source,
            "revision": acquired.revision,
            "further": [asdict(place) for place in acquired.further],
            "bytes": acquired.size,
            "fingerprint": acquired.fingerprint,
            "tables": [
                {
                    "files": [file.path for file in table.files],
                    "rows": table.rows,
                    "columns": len(table.columns),
                }
                for table in facts.tables
            ],
            "notes": list(acquired.notes),
        }
        if not self.quiet:
            terminal.say_data(acquired, facts.tables)

    def _decided(self, plan: Plan) -> None:
        decisions = [decision.as_dict() for decision in plan.decisions]
        self.content["decisions"] = decisions
        self.content["warnings"] = list(plan.warnings)
        if not self.quiet:
            terminal.say()
            terminal.say_decisions(decisions, changes=self.changes)
            if plan.warnings:
                terminal.say()
                terminal.say_warnings(plan.warnings)

    def _checked(self, report: CheckReport) -> None:
        self.content["check"] = asdict(report)
        if not self.quiet:
            terminal.say()
            terminal.say_check(report)
