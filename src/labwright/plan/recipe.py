"""Which recipe reads the data: by the kinds of the columns and the words of the task.

The task's own answer decides; else the first rule that finds what its recipe reads; else
the table, which reads numbers, categories and dates. The rules are listed in kinds.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from labwright.acquire.acquired import Acquired
from labwright.errors import TaskError
from labwright.plan.say import count, line
from labwright.profile.facts import TableProfile
from labwright.task.model import Task


@dataclass(frozen=True)
class RecipeChoice:
    """A recipe, what it reads, and why.

    Attributes:
        name: Folder below labwright/recipes.
        columns: What it reads beside the target; none for a table, where each column
            has a decision of its own.
        reason: With the figure behind it.
        change: The line of the task file for another recipe.
        equal_in: Columns in which rows are equal that are copies and must share a part,
            such as fingerprints; None: those that are read, if equality is no chance.
        table: The table as the recipe brings it into another form; None: as it was
            read.
    """

    name: str
    columns: tuple[str, ...]
    reason: str
    change: str | None = None
    equal_in: tuple[str, ...] | None = None
    table: TableProfile | None = field(default=None, repr=False, compare=False)


# What finds the columns that a recipe reads; None where there are none.
Rule: TypeAlias = Callable[[Task, TableProfile, Acquired], RecipeChoice | None]


def choose_recipe(
    task: Task, table: TableProfile, acquired: Acquired, rules: Mapping[str, Rule]
) -> RecipeChoice:
    """The recipe by the order in the module docstring.

    Args:
        task: Its words and answers.
        table: Facts of the table that holds the target.
        acquired: The files.
        rules: By recipe, in the order in which they are asked.

    Raises:
        TaskError: the task asks for one that cannot read this table.
    """
    if task.recipe == "table":
        return RecipeChoice("table", (), "the task file says so")
    if task.recipe:
        rule = rules.get(task.recipe)
        choice = rule(task, table, acquired) if rule else None
        if choice is None:
            raise _not_read(task.recipe, table)
        return choice
    found = (rule(task, table, acquired) for rule in rules.values())
    return next((choice for choice in found if choice), _table(table))


def _table(table: TableProfile) -> RecipeChoice:
    read = [
        column.kind
        for column in table.columns.values()
        if column.kind in ("number", "category", "boolean", "date")
    ]
    number = count(len(read), "column")
    reason = f"{number} of numbers, categories and dates: a row is one case"
    return RecipeChoice("table", (), reason)


def _not_read(recipe: str, table: TableProfile) -> TaskError:
    kinds = sorted({column.kind for column in table.columns.values()})
    return TaskError(
        f"columns that the recipe {recipe} reads",
        f"{count(len(table.columns), 'column')} of the kinds {', '.join(kinds)}",
        f"Leave {line('recipe', recipe)} out, or name data of that kind.",
        key="recipe",
    )
