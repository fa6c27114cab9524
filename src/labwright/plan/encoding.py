"""How a row becomes what a model reads, for every recipe but the table's.

Each such recipe has one function that decides it, by the training rows alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import polars as pl

from labwright.acquire.acquired import Acquired
from labwright.plan.decisions import Decision, Value
from labwright.plan.recipe import RecipeChoice
from labwright.plan.task_type import TypeChoice
from labwright.profile.facts import TableProfile
from labwright.task.model import Task


@dataclass(frozen=True)
class Material:
    """What an encoding is chosen for.

    Attributes:
        task: Its words and answers.
        acquired: The files.
        table: Facts of the table, over all rows.
        recipe: The recipe and the columns that it reads.
        targets: Columns to predict.
        kind: The form of the prediction.
        train: The training rows, all columns, cleaned.
        files: For each training row the path of the table that it stands in.
        rows: Rows of each part.
        identifiers: Columns that are carried through to predictions.
        plain: The workspace's own base model takes only the five arguments.
    """

    task: Task
    acquired: Acquired
    table: TableProfile
    recipe: RecipeChoice
    targets: tuple[str, ...]
    kind: TypeChoice
    train: pl.DataFrame = field(repr=False)
    files: pl.Series = field(repr=False)
    rows: Mapping[str, int]
    identifiers: tuple[str, ...]
    plain: bool


@dataclass(frozen=True)
class Encoding:
    """How a row becomes steps.

    Attributes:
        steps: That the model reads of a row, typically; rows times steps say how large
            the model is to be.
        decisions: In the order in which a person wants to read them.
        constants: Of the recipe's files, beside those that every recipe has.
        names: Parts that take the place of others, by the name in the recipe.
        warnings: What a person should know before trusting the result.
        folders: Of recipes whose files take the place of this one's.
    """

    steps: int
    decisions: tuple[Decision, ...]
    constants: dict[str, Value]
    names: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


Encode: TypeAlias = Callable[[Material], Encoding]
