"""What form the prediction has, and whether task_type and the target agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from labwright.errors import TaskTypeError, UnusableError
from labwright.plan.evidence import FEW_CLASSES, MANY_CLASSES
from labwright.plan.say import count, line, names
from labwright.profile.facts import LISTS, Column
from labwright.task.metric_registry import METRICS
from labwright.task.model import Task

Form = Literal["binary", "multiclass", "multilabel", "regression", "tags", "tokens"]

YES_NO = (
    {"yes", "no"}, {"y", "n"}, {"true", "false"}, {"t", "f"}, {"0", "1"},
    {"0.0", "1.0"},
)  # fmt: skip
ROWS_PER_CLASS = 10  # on average, for many numbers to be classes
COUNTING = {"number", "count", "how", "many", "score", "rating", "years", "days"}


@dataclass(frozen=True)
class TypeChoice:
    """classification or regression, in which form, and why."""

    task_type: str
    form: Form
    reason: str


def choose_type(
    task: Task, targets: Sequence[Column], declared: Sequence[str] = ()
) -> TypeChoice:
    """task_type as given, or as the metric or the target's values have it.

    `declared` are the target's classes where its source names them.

    Raises:
        TaskTypeError: what was given and the data contradict each other.
        UnusableError: the target has a single value, or none.
    """
    if task.task_type == "sequence":
        raise TaskTypeError(
            "one value to predict for each row of a table",
            f'task_type "sequence" and a table of {count(targets[0].rows, "row")}',
            "This recipe predicts one value a row: write "
            f"{line('task_type', 'regression')} or "
            f"{line('task_type', 'classification')}.",
            key="task_type",
            candidates=("regression", "classification"),
        )
    for column in targets:
        _check_usable(column)
    given = task.task_type
    if len(targets) > 1:
        return _of_several(given, targets)
    column = targets[0]
    if column.kind in LISTS:
        return _of_lists(given, column)
    if given == "classification":
        _check_classes(column)
        return _classes(column, f"the task says so; {_seen(column)}")
    if given == "regression":
        _check_number(column)
        return TypeChoice(
            "regression", "regression", f"the task says so; {_seen(column)}"
        )
    return _inferred(task, column, declared)


def is_yes_no(column: Column) -> bool:
    """Whether a column holds nothing but yes and no, in one of the usual spellings."""
    return {value.lower() for value, _ in column.values} in YES_NO


def _seen(column: Column) -> str:
    if column.whole is not None:
        return (
            f"`{column.name}` holds {count(column.distinct, 'distinct number')} from "
            f"{column.low:g} to {column.high:g}"
        )
    return f"`{column.name}` holds {count(column.distinct, 'distinct value')}"


def _classes(column: Column, reason: str) -> TypeChoice:
    form: Form = "binary" if column.distinct == 2 else "multiclass"
    return TypeChoice("classification", form, reason)


def _inferred(task: Task, column: Column, declared: Sequence[str]) -> TypeChoice:
    metric = METRICS.get(task.evaluation_metric or "")
    numeric = column.whole is not None
    if metric and "regression" in metric.forms:
        _check_number(column)
        return TypeChoice(
            "regression",
            "regression",
            f"{metric.label} judges numbers; {_seen(column)}",
        )
    if metric and not (numeric and column.distinct > FEW_CLASSES):
        _check_classes(column)
        return _classes(column, f"{metric.label} judges classes; {_seen(column)}")
    if declared and column.distinct <= len(declared):
        reason = f"its source names {count(len(declared), 'class', 'classes')}"
        return _classes(column, f"{reason}; {_seen(column)}")
    counted = bool(COUNTING & set(task.output_description.lower().split()))
    few = bool(column.whole) and column.distinct <= (2 if counted else 10)
    if numeric and not few:
        return TypeChoice("regression", "regression", f"numbers: {_seen(column)}")
    _check_classes(column)
    return _classes(column, f"few distinct values: {_seen(column)}")


def _of_several(given: str | None, targets: Sequence[Column]) -> TypeChoice:
    yes_no = [column.name for column in targets if is_yes_no(column)]
    numbers = [column.name for column in targets if column.whole is not None]
    if len(yes_no) == len(targets) and given != "regression":
        reason = (
            f"{len(targets)} columns of yes or no: each row may have several labels"
        )
        return TypeChoice("classification", "multilabel", reason)
    if len(numbers) == len(targets) and given != "classification":
        reason = (
            f"{len(targets)} columns of numbers: one regression with as many outputs"
        )
        return TypeChoice("regression", "regression", reason)
    wanted, fit = (
        ("numbers", numbers) if given == "regression" else ("yes or no", yes_no)
    )
    others = [column.name for column in targets if column.name not in fit]
    raise TaskTypeError(
        f"targets that all hold {wanted}" if given else "targets of one kind",
        f"{names(others)} beside {names(fit) or 'none that do'}",
        "Predict several numbers, or several yes/no columns, or one column at a time: "
        f"{line('target', targets[0].name)}.",
        key="target",
        candidates=[column.name for column in targets],
    )


def _of_lists(given: str | None, column: Column) -> TypeChoice:
    if given == "regression":
        raise _not_numbers(column, "lists of labels")
    if column.kind in ("list", "media"):
        raise TaskTypeError(
            f"numbers, classes or lists of labels in `{column.name}`",
            f"cells that are none of these ({column.why})",
            "Name another target.",
            key="target",
        )
    return TypeChoice(
        "classification", "multilabel", f"`{column.name}` holds lists of labels"
    )


# ---- contradictions


def _check_usable(column: Column) -> None:
    if column.distinct < 2 and column.kind not in LISTS:
        only = f", {column.values[0][0]!r}" if column.values else ""
        raise UnusableError(
            f"at least two distinct values to tell apart in `{column.name}`",
            f"{count(column.distinct, 'distinct value')}{only}, in "
            f"{count(column.rows - column.missing, 'row')} with one",
            "Choose another target, or data with other cases too.",
            key="target",
        )


def _check_classes(column: Column) -> None:
    values = column.rows - column.missing
    per_class = values / column.distinct
    if column.whole is not None:
        many = column.distinct > FEW_CLASSES and (
            not column.whole
            or column.distinct > MANY_CLASSES
            or per_class < ROWS_PER_CLASS
        )
        if many:
            raise TaskTypeError(
                f"few classes in `{column.name}` under classification",
                f"{count(column.distinct, 'distinct number')} from {column.low:g} to "
                f"{column.high:g}",
                f"Write {line('task_type', 'regression')}, or name another target.",
                key="task_type",
                candidates=("regression",),
            )
    elif column.kind in ("date", "text", "path") or (
        per_class < 2 and column.distinct > FEW_CLASSES
    ):
        raise TaskTypeError(
            f"classes that several rows share in `{column.name}`",
            f"{count(column.distinct, 'distinct value')} in {count(values, 'row')}, a "
            f"column of kind {column.kind}",
            "Name another target.",
            key="target",
        )


def _check_number(column: Column) -> None:
    if column.whole is None:
        shown = ", ".join(repr(value) for value, _ in column.values[:3])
        raise _not_numbers(column, f"{column.kind} values such as {shown}")


def _not_numbers(column: Column, found: str) -> TaskTypeError:
    return TaskTypeError(
        f"numbers in `{column.name}` under regression",
        found,
        f"Write {line('task_type', 'classification')}, or name another target.",
        key="task_type",
        candidates=("classification",),
    )
