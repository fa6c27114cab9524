"""Planning for words with tags, and for what comes next in a text.

As for a table, but that a row has many targets: there is no class to deal rows by, metrics
look at words, and sizes are measured in sub-words of the training rows.
"""

from dataclasses import replace

import numpy as np
import polars as pl

from labwright.errors import BaseModelError, UnusableError
from labwright.parts.lists import text_lists
from labwright.plan.assemble import assemble
from labwright.plan.chosen import Chosen
from labwright.plan.columns import roles_by_facts
from labwright.plan.decisions import Decision, Plan
from labwright.plan.loss import Learned
from labwright.plan.outputs import Classes
from labwright.plan.recipe import RecipeChoice
from labwright.plan.rows import files_of, inputs_of
from labwright.plan.say import count, names
from labwright.plan.size import Size, choose_size
from labwright.plan.split import choose_split
from labwright.plan.split_case import FILE, Case
from labwright.plan.subwords import Subwords, encode_texts, encode_words
from labwright.plan.tables import Choice
from labwright.plan.tag_metric import metric_of_tags, metric_of_tokens
from labwright.plan.tagging import find_tags, usual_order
from labwright.plan.target import Target
from labwright.plan.task_type import TypeChoice
from labwright.plan.training_rows import FEWEST_ROWS, deal_rows
from labwright.profile.facts import Profile, TableProfile
from labwright.task.model import Task

JUDGED_A_STEP = 512  # targets in a training step, about: more steps learn faster
LEARNING_RATE = 5e-4  # words met seldom need larger steps than a table's numbers
BATCHES = (8, 128)  # rows in a training step, at least and at most
# Constants and parts of a row with one target, which these recipes have no use for.
OF_ONE_TARGET = {"TARGETS_ARE_NUMBERS", "WRITTEN_NUMBERS", "BALANCE_CLASSES"}
PARTS_OF_ONE_TARGET = {
    *("read_classes", "fit_classes", "encode_classes", "decode_classes"),
    "columns_of_classes",
}


def plan_tags(
    task: Task, profile: Profile, choice: Choice, recipe: RecipeChoice, plain: bool
) -> Plan:
    """Words with tags.

    Raises:
        BaseModelError: the workspace's own model cannot be told that steps are ids.
        SeveralTargetsError: nothing tells which of several columns of tags is meant.
        TaskError: the metric asked for does not judge tags.
        UnusableError: too few rows have tags, or all words have one tag.
    """
    table, words = choice.table, recipe.columns[0]
    target = find_tags(task, table, profile.acquired.metadata, words)
    tags = target.columns[0]
    typed = table.table.with_columns(
        text_lists(table.table[name]) for name in (words, tags)
    )
    from labwright.parts.windows import rows_of_tagged

    rows = typed[rows_of_tagged(typed, words, [tags])]
    found = rows[tags].explode().drop_nulls().unique().to_list()
    if len(found) < 2:
        raise UnusableError(
            f"at least two different tags in `{tags}`",
            f"{count(len(found), 'tag')}: {names(found)}",
            "Choose another target, or data with other tags too.",
            key="target",
        )
    declared = profile.acquired.metadata.class_names.get(tags, ())
    ordered, how = usual_order(found, declared)
    classes = Classes(
        tuple(ordered), f"{count(len(ordered), 'tag')} of `{tags}`, {how}"
    )
    kind = TypeChoice("sequence", "tags", f"a tag of `{tags}` for each word")
    return _planned(task, profile, choice, recipe, plain, target, kind, classes, typed)


def plan_next_token(
    task: Task, profile: Profile, choice: Choice, recipe: RecipeChoice, plain: bool
) -> Plan:
    """A text of which what comes next is predicted.

    Raises:
        BaseModelError: the workspace's own model cannot be told that steps are ids.
        TaskError: the metric asked for does not judge what comes next.
        UnusableError: too few rows have a text.
    """
    text = recipe.columns[0]
    target = Target((text,), f"every token of `{text}`, by those before it")
    kind = TypeChoice("sequence", "tokens", f"what comes next in `{text}`")
    typed = choice.table.table.with_columns(pl.col(text).cast(pl.String))
    return _planned(
        task, profile, choice, recipe, plain, target, kind, Classes((), ""), typed
    )


def _planned(
    task: Task,
    profile: Profile,
    choice: Choice,
    recipe: RecipeChoice,
    plain: bool,
    target: Target,
    kind: TypeChoice,
    classes: Classes,
    typed: pl.DataFrame,
) -> Plan:
    if plain:
        raise BaseModelError(
            "a base_model.py whose BaseTransformer takes `kind`, to be told that steps "
            "are ids of sub-words",
            "one that takes only the five arguments",
            "Add `kind` and `causal` as docs/base_model.md has them.",
            key="base_model.py",
        )
    from labwright.parts.windows import rows_of_tagged, rows_of_texts

    tagged, column, table = kind.form == "tags", recipe.columns[0], choice.table
    usable = rows_of_tagged if tagged else rows_of_texts
    numbers = _drawn(task, table, usable(typed, column, list(target.columns)), column)
    rows = typed[numbers]
    beside = {*target.columns, column}
    others = {name: c for name, c in table.columns.items() if name not in beside}
    official = {f.path: profile.acquired.official.get(f.path, "") for f in table.files}
    split = choose_split(
        Case(task, list(others.values()), rows, target.columns, kind.form, official)
    )
    roles = roles_by_facts(
        _without_inputs(task, beside),
        others,
        target.columns,
        profile.acquired.metadata,
        choice.withheld,
        split.column if split.rule == "group" else None,
    )
    inputs = inputs_of(recipe, roles)
    files = files_of(table)[numbers] if split.column == FILE else None
    dealt = deal_rows(rows, inputs.equal_in, split, files, task.seed)
    parts = {name: rows[positions] for name, positions in dealt.parts.items()}
    encode = encode_words if tagged else encode_texts
    subwords = encode(parts["train"], column)
    words_of = {
        name: _counted(part[target.columns[0]], classes.names) if tagged else ()
        for name, part in parts.items()
    }
    metric = (metric_of_tags if tagged else metric_of_tokens)(
        task, classes.names, words_of["train"]
    )
    outputs = len(classes.names) or subwords.vocabulary
    size, size_decisions = _size(task, len(parts["train"]), subwords, outputs)
    plan = assemble(
        Chosen(
            task=task,
            acquired=profile.acquired,
            table=choice,
            recipe=recipe,
            target=target,
            kind=kind,
            classes=classes,
            class_rows=words_of,
            metric=metric,
            split=split,
            dealt=dealt,
            inputs=inputs,
            encoding=subwords.encoding(column, outputs),
            learned=Learned(
                "tags", "cross_entropy", "", "a class at each word, or token"
            ),
            size=size,
            size_decisions=tuple(size_decisions),
            plain=plain,
        )
    )
    form = "tags" if tagged else "tokens"
    called = {
        written: name
        for written, name in plan.names.items()
        if written not in PARTS_OF_ONE_TARGET
    } | {
        "accuracy": f"{metric.name}_of_{form}",
        "more_about_classes": f"more_about_{form}",
    }
    constants = {
        name: value
        for name, value in plan.constants.items()
        if name not in OF_ONE_TARGET
    }
    return replace(plan, names=called, constants=constants)


def _drawn(
    task: Task, table: TableProfile, rows: np.ndarray, column: str
) -> np.ndarray:
    """The rows in use: at most `max_rows` of those that can be learned.

    Raises:
        UnusableError: too few are left to make three parts.
    """
    most = task.max_rows
    if most is not None and len(rows) > most:
        rng = np.random.default_rng(task.seed)
        rows = np.sort(rng.choice(rows, most, replace=False))
    if len(rows) < FEWEST_ROWS:
        raise UnusableError(
            f"at least {FEWEST_ROWS} rows to learn from, as three parts need them",
            f"{count(len(rows), 'row')} of {table.rows:,} with `{column}`",
            "Bring more rows, or save a long text with a row for each paragraph.",
            key="data_sources" if most is None else "max_rows",
        )
    return rows


def _without_inputs(task: Task, beside: set[str]) -> Task:
    """The task for the columns beside the words: those it may name are not among them."""
    left = tuple(name for name in task.inputs or () if name not in beside)
    return task.model_copy(update={"inputs": left or None})


def _counted(tags: pl.Series, classes: tuple[str, ...]) -> tuple[int, ...]:
    """How many words have each tag."""
    counts = dict(tags.explode().alias("tag").drop_nulls().value_counts().iter_rows())
    return tuple(counts.get(name, 0) for name in classes)


def _size(
    task: Task, rows: int, subwords: Subwords, outputs: int
) -> tuple[Size, list[Decision]]:
    """The size by the rule for rows, but batches by what is learned of each row."""
    low, high = BATCHES
    wanted = JUDGED_A_STEP / max(1.0, subwords.judged)
    batch = min(max(2 ** round(np.log2(max(1.0, wanted))), low), high)
    given = task.training.batch_size
    rate = task.training.learning_rate
    sized = task.training.model_copy(
        update={
            "batch_size": given or batch,
            "learning_rate": rate or LEARNING_RATE,
        }
    )
    size, decisions = choose_size(
        task.model_copy(update={"training": sized}),
        rows,
        subwords.steps,
        outputs,
        "step",
    )
    reasons = {
        "batch_size": f"about {JUDGED_A_STEP} targets a step, {subwords.judged:.1f} "
        "in a row",
        "learning_rate": "words that come seldom are learned in few steps",
    }
    return size, [
        replace(decision, reason=reasons[decision.subject])
        if decision.subject in reasons
        and getattr(task.training, decision.subject) is None
        else decision
        for decision in decisions
    ]
