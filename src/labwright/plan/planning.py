"""From a task and the facts to every decision, in the order in which they depend."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import polars as pl

from labwright.errors import UnusableError
from labwright.plan.assemble import assemble
from labwright.plan.chosen import Chosen, Inputs
from labwright.plan.columns import (
    Role,
    calendar_of,
    roles_by_facts,
    roles_by_rows,
    without_still_dates,
)
from labwright.plan.decisions import Plan
from labwright.plan.encoding import Material
from labwright.plan.kinds import ENCODINGS, PLANNERS, RULES
from labwright.plan.loss import choose_loss
from labwright.plan.made import make_table, with_made
from labwright.plan.metric import choose_metric
from labwright.plan.outputs import choose_classes, class_names, count_classes
from labwright.plan.recipe import RecipeChoice, choose_recipe
from labwright.plan.rows import files_of, inputs_of
from labwright.plan.say import count
from labwright.plan.size import choose_size
from labwright.plan.split import choose_split
from labwright.plan.split_case import FILE, Case, SplitChoice
from labwright.plan.tables import Choice, choose_table
from labwright.plan.target import find_target
from labwright.plan.task_type import Form, choose_type
from labwright.plan.text_columns import about_words, numbers_of_text
from labwright.plan.training_rows import Dealt, deal_rows, rows_in_use
from labwright.plan.unlabelled import without_unlabelled
from labwright.profile.facts import Profile, TableProfile
from labwright.task.model import Task

# Training rows up to which, and those that a category needs for a code of its own.
RARE = ((1_000, 2), (10_000, 5), (100_000, 10), (float("inf"), 20))


def plan(task: Task, profile: Profile, plain: bool = False) -> Plan:
    """Decide everything that writing needs.

    Args:
        task: What to predict, from which data.
        profile: Facts of the data.
        plain: The workspace's own base model takes only the five arguments, and is
            given plain vectors.

    Raises:
        SeveralTablesError: nothing says which table is meant.
        JoinError: a source has no clear key to the table with the target.
        NoTargetError: nothing names the target, or the column named is absent.
        SeveralTargetsError: two columns are about as likely.
        TaskTypeError: task_type and the target contradict each other.
        TaskError: another key does not fit the data.
        SplitError: the split asked for is impossible.
        UnusableError: too few rows, one class, no usable column.
    """
    acquired = profile.acquired
    choice = choose_table(task, profile.tables, acquired.metadata)
    made = make_table(task, profile, choice)
    choice = replace(choice, table=made.table, joined=made.joined)
    recipe = choose_recipe(task, choice.table, acquired, RULES)
    if recipe.table is not None:
        choice = replace(choice, table=recipe.table)
    planner = PLANNERS.get(recipe.name, _plan_rows)
    return with_made(planner(task, profile, choice, recipe, plain), made)


def _plan_rows(
    task: Task, profile: Profile, choice: Choice, recipe: RecipeChoice, plain: bool
) -> Plan:
    """Planning where each row is a case: a row of features, a text, a picture …"""
    acquired, table, withheld = profile.acquired, choice.table, choice.withheld
    read = {*recipe.columns, *(recipe.equal_in or ())}
    target = find_target(task, _without(table, read), acquired.metadata, withheld)
    targets = target.columns
    choice = without_unlabelled(choice, targets, acquired)
    table = choice.table
    declared = acquired.metadata.class_names.get(targets[0], ())
    kind = choose_type(task, [table.columns[name] for name in targets], declared)
    numbers = rows_in_use(table.table, targets, task.max_rows, task.seed)
    rows = table.table if len(numbers) == table.rows else table.table[numbers]
    official = {f.path: acquired.official.get(f.path, "") for f in table.files}
    beside = {*targets, *read}
    others = [column for name, column in table.columns.items() if name not in beside]
    split = choose_split(
        Case(task, others, rows, targets, kind.form, official, choice.joined)
    )
    roles = roles_by_facts(
        task,
        {column.name: column for column in others},
        targets,
        acquired.metadata,
        withheld,
        split.column if split.rule == "group" else None,
    )
    files = files_of(table)[numbers] if split.column == FILE else None
    encoding = None
    if recipe.name == "table":
        inputs, dealt = _settle(task, roles, rows, targets, kind.form, split, files)
    else:
        inputs = inputs_of(recipe, roles)
        copies = recipe.equal_in is not None
        dealt = deal_rows(rows, inputs.equal_in, split, files, task.seed, copies)
        encoding = ENCODINGS[recipe.name](
            Material(
                task=task,
                acquired=acquired,
                table=table,
                recipe=recipe,
                targets=targets,
                kind=kind,
                train=rows[dealt.parts["train"]],
                files=files_of(table)[numbers][dealt.parts["train"]],
                rows={name: len(positions) for name, positions in dealt.parts.items()},
                identifiers=tuple(inputs.identifiers),
                plain=plain,
            )
        )
    truth = pl.DataFrame({name: rows[name] for name in targets})
    parts = {name: truth[positions] for name, positions in dealt.parts.items()}
    classes = choose_classes(task, truth, targets, kind.form, declared)
    counted = {name: count_classes(p, targets, kind.form) for name, p in parts.items()}
    class_rows = {name: _in_order(n, classes.names) for name, n in counted.items()}
    low, zeros = _lowest(truth, kind.form)
    metric = choose_metric(task, kind.form, class_rows["train"], low, zeros)
    learned = choose_loss(kind.form, metric.name, parts["train"], low)
    size, size_decisions = choose_size(
        task,
        len(parts["train"]),
        encoding.steps if encoding else inputs.width,
        len(classes.names or targets),
        "step" if encoding else "feature",
    )
    return assemble(
        Chosen(
            task=task,
            acquired=acquired,
            table=choice,
            recipe=recipe,
            target=target,
            kind=kind,
            classes=classes,
            class_rows=class_rows,
            metric=metric,
            split=split,
            dealt=dealt,
            inputs=inputs,
            encoding=encoding,
            learned=learned,
            size=size,
            size_decisions=tuple(size_decisions),
            plain=plain,
        )
    )


def _without(table: TableProfile, columns: Collection[str]) -> TableProfile:
    """The facts of a table but for some columns."""
    kept = {name: c for name, c in table.columns.items() if name not in columns}
    return replace(table, columns=kept)


def _settle(
    task: Task,
    roles: Sequence[Role],
    rows: pl.DataFrame,
    targets: Sequence[str],
    form: Form,
    split: SplitChoice,
    files: pl.Series | None,
) -> tuple[Inputs, Dealt]:
    """The inputs by training rows, and the parts as those inputs deal them."""
    open_names = [role.name for role in roles if role.is_input]
    _check_any(open_names, roles)
    dealt = deal_rows(rows, open_names, split, files, task.seed)
    train = rows[dealt.parts["train"]]
    scanned = train
    if form != "regression" and not train.schema[targets[0]].is_nested():
        scanned = train.with_columns(class_names(train[name]) for name in targets)
    min_rows = next(few for limit, few in RARE if len(train) < limit)
    roles, near = roles_by_rows(task, roles, scanned, targets, min_rows)
    wanted = calendar_of(_used(roles, "date"), train, split.rule == "time")
    roles = without_still_dates(roles, wanted)
    texts = _used(roles, "text")
    inputs = Inputs(
        numbers=_used(roles, "number"),
        categories=_used(roles, "category"),
        calendar={name: wanted[name] for name in _used(roles, "date")},
        identifiers=_used(roles, "identifier"),
        roles=tuple(roles),
        near=tuple(near),
        min_rows=min_rows,
        texts=texts,
        text_numbers=numbers_of_text(len(train), len(texts)),
        text_reasons={name: about_words(train[name], min_rows) for name in texts},
    )
    _check_any(inputs.columns, roles)
    if set(inputs.columns) != set(open_names):  # other rows may be equal now
        dealt = deal_rows(rows, inputs.columns, split, files, task.seed)
    return inputs, dealt


def _used(roles: Sequence[Role], use: str) -> list[str]:
    return [role.name for role in roles if role.use == use]


def _check_any(inputs: Sequence[str], roles: Sequence[Role]) -> None:
    if inputs:
        return
    shown = "; ".join(f"`{role.name}`: {role.reason}" for role in roles[:8])
    raise UnusableError(
        "at least one column to predict from",
        f"none of {count(len(roles), 'column')} beside the target: {shown}"
        if roles
        else "none beside the target",
        'Name those to use, "inputs": […], or bring data that describe the rows.',
        key="inputs",
    )


def _in_order(counted: Mapping[str, int], names: Sequence[str]) -> tuple[int, ...]:
    return tuple(counted.get(name, 0) for name in names)


def _lowest(truth: pl.DataFrame, form: Form) -> tuple[float | None, int]:
    """The least number of the targets, and rows in which one is 0."""
    if form != "regression":
        return None, 0
    numbers = truth.to_numpy()
    return float(numbers.min()), int((numbers == 0).any(axis=1).sum())
