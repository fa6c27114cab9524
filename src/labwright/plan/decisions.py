"""Every decision as data, with the measured reason for it."""

from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from labwright.task.model import Task

# What the literal writer prints: str, int, float, bool, None, list, tuple and dict.
Value: TypeAlias = Any


class PartName(str):
    """The name of a part as a value of a constant: printed as the name that it is.

    Only names of labwright's own parts are ever such a value, never text of a task.
    """


@dataclass(frozen=True)
class Decision:
    """One decision: what was chosen, about what, why, and how to choose otherwise.

    Attributes:
        subject: "target", "task_type", "metric", "split", "column", "d_model" …
        choice: Plain data.
        reason: One sentence with the figure behind it.
        change: The line of the task file that decides otherwise, if there is one.
        about: The column, for decisions on one column.
    """

    subject: str
    choice: Value
    reason: str
    change: str | None = None
    about: str | None = None

    def as_dict(self) -> dict[str, Value]:
        """Plain data for plan.json."""
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """Everything that writing needs; nothing is decided after it.

    Attributes:
        recipe: Folder below labwright/recipes.
        decisions: In the order in which a person wants to read them.
        constants: Module-level constant of the recipe's files and its value. Its name
            means the same in every file of a recipe.
        names: Name of a part as the recipe calls it, and the alternative that is called
            instead: {"split_stratified": "split_by_time"}.
        fingerprint: Of the data.
        warnings: What a person should know before trusting the result.
        predicts: Files that predict.py is for (test.csv), relative to data/raw.
        folders: Below labwright/recipes, with files that take the place of the recipe's.
        copies: Of a recipe's file the names under which it is written, each with the
            parts that it calls there.
    """

    task: Task
    recipe: str
    decisions: tuple[Decision, ...]
    constants: dict[str, Value]
    names: dict[str, str]
    fingerprint: str
    warnings: tuple[str, ...] = ()
    predicts: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    copies: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
