"""All that was chosen for an experiment, before it is put into words and constants."""

from dataclasses import dataclass, field
from functools import cached_property

from labwright.acquire.acquired import Acquired
from labwright.plan.columns import Role
from labwright.plan.decisions import Decision
from labwright.plan.encoding import Encoding
from labwright.plan.loss import Learned
from labwright.plan.metric import MetricChoice, balances_classes
from labwright.plan.outputs import Classes
from labwright.plan.recipe import RecipeChoice
from labwright.plan.size import Size
from labwright.plan.split_case import SplitChoice
from labwright.plan.tables import Choice
from labwright.plan.target import Target
from labwright.plan.task_type import TypeChoice
from labwright.plan.training_rows import Dealt
from labwright.profile.facts import Column
from labwright.task.model import Task


@dataclass(frozen=True)
class Inputs:
    """The columns to predict from.

    Attributes:
        numbers: Names of columns of numbers.
        categories: Names of columns of categories.
        calendar: What becomes a number of each date.
        identifiers: Carried through, never an input.
        roles: Of every column but the targets.
        near: Inputs that nearly give a target away, with the figure.
        min_rows: Training rows that a category's value needs for a code of its own.
        read: What another recipe than the table's reads.
        texts: Names of columns of free text.
        text_numbers: Features of each text.
        text_reasons: What was measured of each column of texts.
        compared: Columns in which rows are equal that must share a part; None: all
            that are read.
    """

    numbers: list[str]
    categories: list[str]
    calendar: dict[str, list[str]]
    identifiers: list[str]
    roles: tuple[Role, ...]
    near: tuple[dict[str, str | float], ...]
    min_rows: int
    read: tuple[str, ...] = ()
    compared: tuple[str, ...] | None = None
    texts: list[str] = field(default_factory=list)
    text_numbers: int = 0
    text_reasons: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """Every column that is read as an input."""
        return [
            *self.numbers,
            *self.categories,
            *self.texts,
            *self.calendar,
            *self.read,
        ]

    @property
    def equal_in(self) -> list[str]:
        """Columns that make two rows equal."""
        return self.columns if self.compared is None else list(self.compared)

    @property
    def width(self) -> int:
        """Features of a row."""
        dated = sum(len(features) for features in self.calendar.values())
        written = len(self.texts) * self.text_numbers
        return len(self.numbers) + len(self.categories) + dated + written


@dataclass(frozen=True)
class Chosen:
    """Every choice, each with its reason."""

    task: Task
    acquired: Acquired
    table: Choice
    recipe: RecipeChoice
    target: Target
    kind: TypeChoice
    classes: Classes
    class_rows: dict[str, tuple[int, ...]]  # of each part, in the order of the classes
    metric: MetricChoice
    split: SplitChoice
    dealt: Dealt
    inputs: Inputs
    encoding: Encoding | None  # None for a table
    learned: Learned
    size: Size
    size_decisions: tuple[Decision, ...]
    plain: bool

    @property
    def targets(self) -> list[Column]:
        """Facts of the columns to predict."""
        return [self.table.table.columns[name] for name in self.target.columns]

    @cached_property
    def balanced(self) -> bool:
        """Whether the loss weighs classes alike."""
        rows = self.class_rows["train"]
        return balances_classes(self.metric.name, self.kind.form, rows)

    @property
    def rows(self) -> dict[str, int]:
        """Rows of each part."""
        return {name: len(numbers) for name, numbers in self.dealt.parts.items()}
