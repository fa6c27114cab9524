"""What a split rule is chosen for, and what the choice is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from labwright.plan.task_type import Form
from labwright.profile.facts import Column
from labwright.task.model import SplitRule, Task

FILE = "(file)"  # the column that says which file a row came from


@dataclass(frozen=True)
class Case:
    """What a split rule is chosen for.

    Attributes:
        task: Its words, and its own answer.
        columns: Facts of every column beside the targets.
        rows: Rows that have a target.
        targets: Names of the columns to predict.
        form: Of the prediction.
        official: Part that the source gives each of the table's files, "" for none.
        joined: Columns that came from other tables. They describe what a row belongs
            to, and rows share their values without being about one entity.
    """

    task: Task
    columns: Sequence[Column]
    rows: pl.DataFrame
    targets: Sequence[str]
    form: Form
    official: Mapping[str, str]
    joined: Collection[str] = ()

    @property
    def by_class(self) -> bool:
        """Whether each row has one class, by which parts can be balanced."""
        return self.form in ("binary", "multiclass")

    @property
    def parts(self) -> list[str]:
        """The official parts that the source has."""
        return sorted(set(self.official.values()) - {""})

    @property
    def by_chance(self) -> SplitRule:
        """The rule where neither time nor groups matter."""
        return "stratified" if self.by_class else "random"


@dataclass(frozen=True)
class SplitChoice:
    """A split rule, the column that it looks at, and why."""

    rule: SplitRule
    column: str | None
    reason: str
    change: str | None = None
    warnings: tuple[str, ...] = ()
