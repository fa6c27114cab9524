"""The classes of a target, their order, and which one is positive."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from labwright.errors import TaskError
from labwright.parts.lists import text_lists
from labwright.plan.phrases import read_phrase
from labwright.plan.say import count, line, names
from labwright.plan.task_type import Form
from labwright.plan.words import split_name, stem, word_set
from labwright.task.model import Task

YES = word_set("yes y true t 1 1.0 positive pos present")
NO = word_set("no n false f 0 0.0 negative neg absent none")
NOT = ("non", "not", "no", "un", "never")


@dataclass(frozen=True)
class Classes:
    """The classes in code order, or the labels; the positive one of two is last.

    Attributes:
        names: As text; none for regression.
        reason: Why in this order.
        change: The line of the task file for another positive class.
    """

    names: tuple[str, ...]
    reason: str
    change: str | None = None


def class_names(column: pl.Series) -> pl.Series:
    """Cells as names of classes: 2.0 is the class "2"."""
    if not column.dtype.is_float():
        return column.cast(pl.String)
    whole = column.cast(pl.Int64, strict=False)
    return column.cast(pl.String).zip_with(
        whole.ne_missing(column), whole.cast(pl.String)
    )


def count_classes(
    rows: pl.DataFrame, targets: Sequence[str], form: Form
) -> dict[str, int]:
    """Rows of each class, or with each label; {} for regression."""
    if form == "regression":
        return {}
    if form != "multilabel":
        return _counted(class_names(rows[targets[0]]))
    if rows.schema[targets[0]].is_nested():
        return _counted(text_lists(rows[targets[0]]).explode().drop_nulls())
    said = {name: class_names(rows[name]).str.to_lowercase() for name in targets}
    return {name: int(cells.is_in(list(YES)).sum()) for name, cells in said.items()}


def _counted(cells: pl.Series) -> dict[str, int]:
    return dict(cells.alias("class").to_frame().group_by("class").len("rows").rows())


def choose_classes(
    task: Task,
    rows: pl.DataFrame,
    targets: Sequence[str],
    form: Form,
    declared: Sequence[str] = (),
) -> Classes:
    """The classes of rows that all have a target; several in the order `declared`.

    Raises:
        TaskError: `positive_class` is none of two classes.
    """
    counted = count_classes(rows, targets, form)
    if form != "binary":
        if task.positive_class is not None:
            raise _no_positive(task.positive_class, list(counted), "are not two")
        return _several(rows, targets, form, counted, declared)
    numeric = rows.schema[targets[0]].is_numeric()
    order = sorted(counted, key=float if numeric else None)
    positive, why = _positive(task, order, counted)
    order = [name for name in order if name != positive] + [positive]
    return Classes(
        tuple(order),
        f"{positive!r} is the positive class: {why}",
        line("positive_class", order[0]),
    )


def _several(
    rows: pl.DataFrame,
    targets: Sequence[str],
    form: Form,
    counted: dict[str, int],
    declared: Sequence[str],
) -> Classes:
    """Classes or labels of which none is more positive than another."""
    if form == "regression":
        return Classes((), "")
    if len(targets) > 1:
        return Classes(tuple(targets), f"{len(targets)} columns of yes or no")
    if form == "multilabel":
        reason = f"{count(len(counted), 'label')} in the lists of `{targets[0]}`"
        return Classes(tuple(sorted(counted)), reason)
    if set(counted) <= set(declared):
        order = [name for name in declared if name in counted]
        how = "in the order of their source"
    else:
        numeric = rows.schema[targets[0]].is_numeric()
        order = sorted(counted, key=float if numeric else None)
        how = "by number" if numeric else "by the alphabet"
    number = count(len(order), "class", "classes")
    return Classes(tuple(order), f"{number} of `{targets[0]}`, {how}")


# ---- the positive one of two


def _positive(task: Task, order: list[str], rows: dict[str, int]) -> tuple[str, str]:
    if task.positive_class is not None:
        asked = {name.lower(): name for name in order}
        if task.positive_class.lower() not in asked:
            raise _no_positive(task.positive_class, order, "are")
        return asked[task.positive_class.lower()], "the task file says so"
    for name, other in (order, order[::-1]):
        if name.lower() in YES and other.lower() in NO:
            return name, f"it means yes, {other!r} means no"
        if _negates(other, name):
            return name, f"{other!r} is its negation"
    named = [name for name in order if _is_named(name, task)]
    if len(named) == 1:
        return named[0], "the task's words name it"
    rarer = min(order, key=lambda name: (rows[name], order.index(name) == 0))
    share = rows[rarer] / sum(rows.values())
    return rarer, f"it is the rarer one, {100 * share:.3g} % of the rows"


def _negates(name: str, other: str) -> bool:
    """Whether `name` is `other` behind a "non", "not" or "no"."""
    joined, plain = "".join(split_name(name)), "".join(split_name(other))
    return bool(plain) and any(joined == prefix + plain for prefix in NOT)


def _is_named(value: str, task: Task) -> bool:
    words = [word for word in split_name(value) if len(word) > 2]
    for text in (task.output_description, task.description):
        stems = {stem(word) for word in read_phrase(text).said}
        if words and all(stem(word) in stems for word in words):
            return True
    return False


def _no_positive(asked: str, order: Sequence[str], found: str) -> TaskError:
    return TaskError(
        f"one of two classes as positive_class, not {asked!r}",
        f"classes that {found} {names(order)}",
        f"Write {line('positive_class', order[-1])}, or leave it out."
        if len(order) == 2
        else "Leave it out.",
        key="positive_class",
        candidates=order if len(order) == 2 else (),
    )
