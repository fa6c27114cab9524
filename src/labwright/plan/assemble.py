"""The choices in words, in the order in which a person wants to read them."""

from collections.abc import Iterator

from labwright.plan.chosen import Chosen, Inputs
from labwright.plan.columns import Role, keep_line
from labwright.plan.constants import constants_of, names_of
from labwright.plan.decisions import Decision, Plan
from labwright.plan.metric import ALIKE, is_imbalanced
from labwright.plan.say import count, line, names, percent
from labwright.task.metric_registry import METRICS

NEAREST = 8  # columns that a warning names


def assemble(chosen: Chosen) -> Plan:
    """The plan: decisions, constants, names and warnings."""
    return Plan(
        task=chosen.task,
        recipe=chosen.recipe.name,
        decisions=(
            *about_target(chosen),
            *about_rows(chosen),
            *about_columns(chosen),
            *about_training(chosen),
        ),
        constants=constants_of(chosen),
        names=names_of(chosen),
        fingerprint=chosen.acquired.fingerprint,
        warnings=tuple(warnings_of(chosen)),
        predicts=chosen.table.predicts,
        folders=folders_of(chosen),
    )


def folders_of(chosen: Chosen) -> tuple[str, ...]:
    """Folders with files that take the place of the recipe's."""
    if chosen.encoding:
        return chosen.encoding.folders
    return ("table_texts",) if chosen.inputs.texts else ()


# ---- what is predicted


def about_target(chosen: Chosen) -> Iterator[Decision]:
    """The table, the target, the form of the prediction and the metric."""
    table, target, kind = chosen.table, chosen.target, chosen.kind
    several = (
        len(chosen.acquired.tables) > len(table.table.files)
        and len(chosen.task.data_sources) == 1  # else the target decides
    )
    yield Decision(
        "table",
        [file.path for file in table.table.files],
        table.reason,
        line("file", "another table") if several else None,
    )
    recipe = chosen.recipe
    yield Decision("recipe", recipe.name, recipe.reason, recipe.change)
    choice = list(target.columns) if len(target.columns) > 1 else target.columns[0]
    known = {*target.columns, *recipe.columns, *(recipe.equal_in or ())}
    others = [name for name in table.table.columns if name not in known]
    rival = target.rival or (others[-1] if others else None)
    change = line("target", rival) if rival else None
    yield Decision("target", choice, target.reason, change)
    other = "regression" if kind.task_type == "classification" else "classification"
    yield Decision("task_type", kind.task_type, kind.reason, line("task_type", other))
    if chosen.classes.names:
        yield Decision(
            "classes",
            list(chosen.classes.names),
            chosen.classes.reason,
            chosen.classes.change,
        )
    fit = [name for name, metric in METRICS.items() if kind.form in metric.forms]
    rivals = [name for name in fit if name != chosen.metric.name]
    change = line("evaluation_metric", rivals[0])
    yield Decision("metric", chosen.metric.name, chosen.metric.reason, change)


# ---- which rows


def about_rows(chosen: Chosen) -> Iterator[Decision]:
    """How rows are dealt to the parts."""
    rows = chosen.rows
    total = sum(rows.values())
    lost = chosen.table.table.rows - total
    if lost and chosen.task.max_rows != total:
        target = names(list(chosen.target.columns))
        reason = f"{count(lost, 'row')} of {chosen.table.table.rows:,} lack {target}"
        yield Decision("rows", total, reason)
    elif lost:
        yield Decision("rows", total, "the task file says so", line("max_rows", None))
    split = chosen.split
    dealt = f"train {rows['train']:,}, val {rows['val']:,}, test {rows['test']:,} rows"
    by = (
        f"{split.rule} by `{split.column}`"
        if split.rule in ("time", "group")
        else split.rule
    )
    yield Decision("split", by, f"{split.reason}; {dealt}", split.change)
    if split.rule in ("time", "group"):
        return  # which decide for equal rows as well
    equality = chosen.dealt.equality
    yield Decision(
        "equal rows",
        "kept together" if equality.together else "independent",
        equality.reason,
    )


# ---- from which columns


def about_columns(chosen: Chosen) -> Iterator[Decision]:
    """The inputs by what they are, and every column that is none."""
    inputs = chosen.inputs
    if chosen.encoding:
        yield Decision("inputs", list(inputs.read), f"what {chosen.recipe.name} reads")
        yield from chosen.encoding.decisions
    for subject, columns in (
        ("numbers", inputs.numbers),
        ("categories", inputs.categories),
    ):
        if columns:
            drop = line("drop", [columns[-1]])
            yield Decision(subject, columns, count(len(columns), "input"), drop)
    for name, features in inputs.calendar.items():
        reason = (
            f"{chosen.table.table.columns[name].why}; what varies on the training rows"
        )
        yield Decision("date", features, reason, line("drop", [name]), name)
    for name in inputs.texts:
        reason = inputs.text_reasons[name]
        change = line("recipe", "text")
        numbers = f"{inputs.text_numbers} numbers"
        yield Decision("text features", numbers, reason, change, name)
    for role in inputs.roles:
        if not role.is_input:
            yield about_role(role, inputs)


def about_role(role: Role, inputs: Inputs) -> Decision:
    """A column that is no input."""
    choice = "identifier" if role.use == "identifier" else "dropped"
    change = None if inputs.read else keep_line(role, inputs.columns)
    return Decision("column", choice, role.reason, change, role.name)


# ---- how it is learned


def about_training(chosen: Chosen) -> Iterator[Decision]:
    """The target's form, the loss, the encoding and the sizes."""
    learned = chosen.learned
    if chosen.kind.form == "regression":
        choice = "log(1 + target)" if learned.transform == "log_numbers" else "as it is"
        yield Decision("target transform", choice, learned.transform_reason)
    yield Decision("loss", learned.loss, learned.loss_reason)
    if chosen.kind.form in ("binary", "multiclass"):
        yield Decision("class weights", chosen.balanced, _why_balanced(chosen))
    if chosen.plain and not chosen.encoding:
        reason = "the workspace's base_model.py takes only the five arguments"
        yield Decision("encoding", "plain", f"{reason}: one-hot categories, (B, F, 1)")
    yield from chosen.size_decisions
    if chosen.encoding:
        return  # which decides how rows are loaded as well
    cells = chosen.inputs.width * sum(chosen.rows.values())
    yield Decision(
        "num_workers",
        0,
        f"the arrays fit in memory ({cells * 5 / 1e6:,.1f} MB): processes would only "
        "cost",
    )


def _why_balanced(chosen: Chosen) -> str:
    rows = chosen.class_rows["train"]
    label = METRICS[chosen.metric.name].label
    share = percent(min(rows) / sum(rows))
    rarest = f"the rarest of {len(rows)} classes has {share} of the training rows"
    if chosen.balanced:
        return f"{label} lets rare classes count, and {rarest}"
    if is_imbalanced(rows):
        return f"{label} does not ask for it, though {rarest}"
    if chosen.metric.name in ALIKE:
        return f"{rarest}, at least half an even share"
    return f"{label} does not ask for it; {rarest}"


# ---- what a person should know


def warnings_of(chosen: Chosen) -> Iterator[str]:
    """Doubts about the choices and the data, each with what to do."""
    yield from chosen.target.warnings
    yield from chosen.metric.warnings
    yield from chosen.split.warnings
    for role in chosen.inputs.roles:
        if role.warning:
            yield role.warning
    if chosen.encoding:
        yield from chosen.encoding.warnings
    yield from _give_away_warning(chosen)
    yield from _class_warning(chosen)
    if chosen.table.predicts:
        files = ", ".join(chosen.table.predicts)
        yield f"{files} has no target: python predict.py is for it, after training."
    target = chosen.targets[0]
    declared = target.name in chosen.acquired.metadata.class_names
    ordered = chosen.kind.form == "binary" or target.whole is not None or declared
    if chosen.metric.name == "quadratic_kappa" and not ordered:
        yield (
            "Quadratic kappa needs classes in their natural order, and they stand by "
            "the alphabet: put CLASSES in dataloader.py in order."
        )


def _give_away_warning(chosen: Chosen) -> Iterator[str]:
    near = chosen.inputs.near
    if not near:
        return
    target = names(list(chosen.target.columns))
    shown = [
        f"`{f['column']}` ({f['measure']} {f['figure']:.4g})" for f in near[:NEAREST]
    ]
    more = f" and {len(near) - NEAREST} more" if len(near) > NEAREST else ""
    drop = line("drop", [str(f["column"]) for f in near[:NEAREST]])
    gives = "gives" if len(near) == 1 else "give"
    yield (
        f"Alone, {', '.join(shown)}{more} nearly {gives} {target} away. No figure "
        f"tells a leak from a good feature: what is known only afterwards must go, "
        f"{drop}."
    )


def _class_warning(chosen: Chosen) -> Iterator[str]:
    """Classes that a part has no row of."""
    lacking = [
        f"{name!r} ({sum(rows[i] for rows in chosen.class_rows.values()):,} rows)"
        for i, name in enumerate(chosen.classes.names)
        if not all(rows[i] for rows in chosen.class_rows.values())
    ]
    if lacking:
        yield (
            f"{count(len(lacking), 'class', 'classes')} too small for three parts: "
            f"{', '.join(lacking[:NEAREST])}. Figures about them mean little: bring "
            "more rows of them, or merge them with others."
        )
