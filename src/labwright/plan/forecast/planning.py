"""The plan of a forecast: every decision, in the order in which they depend."""

from dataclasses import replace

import numpy as np
import polars as pl

from labwright.acquire.acquired import Acquired
from labwright.errors import SplitError, TaskError, TaskTypeError, UnusableError
from labwright.parts import steps as steps_part
from labwright.parts.forecast_windows import part_bounds
from labwright.parts.grid import lay_on_grid
from labwright.plan.decisions import Decision, Plan
from labwright.plan.forecast.assemble import assemble_forecast
from labwright.plan.forecast.chosen import Forecast
from labwright.plan.forecast.covariates import choose_covariates
from labwright.plan.forecast.horizon import find_horizon, said_horizon
from labwright.plan.forecast.rhythm import Step, find_rhythm, find_step
from labwright.plan.forecast.spans import Laid, choose_spans
from labwright.plan.forecast.times import PARTS, Timing, find_timing
from labwright.plan.recipe import RecipeChoice
from labwright.plan.say import count, line, names
from labwright.plan.size import Size, choose_size
from labwright.plan.tables import Choice
from labwright.plan.target import Target, find_target
from labwright.plan.training_rows import FEWEST_ROWS, SHARES
from labwright.plan.words import split_name
from labwright.profile.facts import Profile, TableProfile
from labwright.profile.names import is_row_name
from labwright.task.metric import Metric
from labwright.task.metric_registry import METRICS
from labwright.task.model import Task

OTHERS = ("series", "tokens", "media", "list", "path", "text")  # for other recipes
BATCH = 32  # windows: each has many steps


def find_forecast(
    task: Task, table: TableProfile, acquired: Acquired
) -> RecipeChoice | None:
    """A table of numbers over time, whose next values the task asks for."""
    numbers = [c for c in table.columns.values() if c.kind == "number"]
    if not numbers:
        return None
    if task.recipe == "forecast":
        return RecipeChoice("forecast", (), "the task file says so")
    if task.task_type not in (None, "sequence"):
        return None
    other = line("task_type", "regression")
    found = count(len(numbers), "column") + " of numbers"
    if task.horizon is not None:
        why = f"the task has a horizon, and the table {found}"
        return RecipeChoice("forecast", (), why, other)
    said = said_horizon(task)
    if said is not None and (task.task_type or _over_time(table)):
        why = f"the task asks for '{said.words}', and the table has {found}"
        return RecipeChoice("forecast", (), why, other)
    if task.task_type and not any(c.kind in OTHERS for c in table.columns.values()):
        why = f'task_type "sequence" and a table of {found}: each row is a step'
        return RecipeChoice("forecast", (), why, other)
    return None


def _over_time(table: TableProfile) -> bool:
    """Whether a column says when a row was."""
    return any(
        column.kind == "date" or (column.whole and {"year"} & set(split_name(name)))
        for name, column in table.columns.items()
    )


def plan_forecast(
    task: Task, profile: Profile, choice: Choice, recipe: RecipeChoice, plain: bool
) -> Plan:
    """Decide everything that writing needs.

    Raises:
        TaskTypeError: the target is no number.
        TaskError: no horizon is said, or a key does not fit the data.
        SplitError: another split than by time is asked for.
        UnusableError: the series are too short.
    """
    table, acquired = choice.table, profile.acquired
    if task.split and task.split.rule != "time":
        raise SplitError(
            "a split by time for a forecast",
            f'"{task.split.rule}"',
            f"Leave it out, or write {line('split', 'time')}: what is forecast comes "
            "after what is known.",
            key="split",
            candidates=("time",),
        )
    target = _target(task, table, acquired)
    name = target.columns[0]
    timing = find_timing(task, table, name)
    keys = _keys(table.table, timing)
    series = keys["series"].to_numpy()
    step = find_step(task, timing, series)
    horizon = find_horizon(task, step.seconds)
    laid, repeated, untimed = _lay(table.table[name], timing, step, keys)
    known = ~np.isnan(laid.target)
    if known.sum() < FEWEST_ROWS:
        raise UnusableError(
            f"at least {FEWEST_ROWS} values of `{name}` at known times",
            f"{int(known.sum())}",
            "Bring longer series, or name another target.",
            key="target",
        )
    val, _ = part_bounds(*laid.cells, SHARES)
    rhythm = find_rhythm(step, timing.dated, laid.before(val))
    spans = choose_spans(laid, horizon[0], rhythm.seasons, SHARES)
    time = {*timing.columns.values()}
    covariates = choose_covariates(task, table, name, time, timing.series)
    metric, metric_reason = _metric(task)
    size, decisions = _size(task, spans.windows["train"], spans.history + horizon[0])
    return assemble_forecast(
        Forecast(
            task=task,
            acquired=acquired,
            table=choice,
            recipe=recipe,
            target=target,
            timing=timing,
            step=step,
            rhythm=rhythm,
            horizon=horizon,
            covariates=tuple(covariates),
            laid=laid,
            spans=spans,
            metric=metric,
            metric_reason=metric_reason,
            size=size,
            size_decisions=tuple(decisions),
            repeated=repeated,
            untimed=untimed,
            gaps=1 - float(known.mean()),
        )
    )


# ---- target --------------------------------------------------------------------------


def _target(task: Task, table: TableProfile, acquired: Acquired) -> Target:
    """The number to forecast: of the columns of numbers that say no time."""
    if task.target and not isinstance(task.target, str) and len(task.target) > 1:
        raise TaskError(
            "one column to forecast",
            f"{count(len(task.target), 'column')}: {names(list(task.target))}",
            f"Write {line('target', task.target[0])}, and another experiment for each "
            "of the others.",
            key="target",
            candidates=task.target,
        )
    fit = {
        name: column
        for name, column in table.columns.items()
        if task.target or (column.kind == "number" and not _says_time(name))
    }
    target = find_target(task, replace(table, columns=fit), acquired.metadata)
    chosen = table.columns[target.columns[0]]
    if chosen.whole is None or not isinstance(chosen.low, int | float | None):
        raise TaskTypeError(
            "a column of numbers to forecast",
            f"`{chosen.name}`, {chosen.why or chosen.kind}",
            f"Name another: {line('target', next(iter(fit), 'sales'))}.",
            key="target",
        )
    return target


def _says_time(name: str) -> bool:
    called = {word for words, _, _ in PARTS.values() for word in words}
    return bool({*called, "date"} & {*split_name(name)}) or is_row_name(name)


# ---- series --------------------------------------------------------------------------


def _keys(table: pl.DataFrame, timing: Timing) -> pl.DataFrame:
    """The number and the label of each row's series, in the order of their names."""
    if not timing.series:
        return pl.DataFrame({"series": [0] * len(table), "label": [""] * len(table)})
    cells = [
        table[name].alias(f"k{i}").cast(pl.String).fill_null("")
        for i, name in enumerate(timing.series)
    ]
    rows = pl.DataFrame(cells)
    keys = rows.unique().sort(pl.all()).with_row_index("series")
    both = rows.join(keys, on=rows.columns, how="left", maintain_order="left")
    label = pl.concat_str(rows.columns, separator=" · ").alias("label")
    return both.select(pl.col("series").cast(pl.Int64), label)


def _lay(
    target: pl.Series, timing: Timing, step: Step, keys: pl.DataFrame
) -> tuple[Laid, int, int]:
    """Series on even steps, the rows that share a step, and those without a time."""
    moments = timing.moments.to_numpy().astype(np.float64)
    timed = ~np.isnan(moments)
    count_steps = getattr(steps_part, f"{step.how}_steps")
    steps = count_steps(moments[timed], step.size, step.origin)
    series = keys["series"].to_numpy()[timed]
    values = target.cast(pl.Float64).to_numpy().astype(np.float64)[timed]
    try:
        laid = lay_on_grid(series, steps, values[:, None])
    except ValueError as error:
        raise UnusableError(
            "rows that follow each other in even steps",
            f"{step.reason}, and a table whose times are much further apart",
            "Mend the times that lie apart, or name another time column: "
            f"{line('split', {'rule': 'time', 'time_column': 'date'})}.",
            key="split",
        ) from error
    both = pl.DataFrame({"series": series, "step": steps})
    labels = keys.unique().sort("series")["label"].to_list()
    begins, first = laid["begins"], laid["first"]
    found = Laid(laid["values"][:, 0], first, begins, tuple(labels))
    return found, len(both) - both.n_unique(), int((~timed).sum())


# ---- metric and size -----------------------------------------------------------------


def _metric(task: Task) -> tuple[Metric, str]:
    if not task.evaluation_metric:
        return METRICS["mae"], "the usual one for forecasts, in the target's own unit"
    metric = METRICS[task.evaluation_metric]
    if "forecast" not in metric.forms:
        fit = [name for name, other in METRICS.items() if "forecast" in other.forms]
        raise TaskError(
            "a metric that judges forecasts of numbers",
            f"{metric.label}, which judges {', '.join(metric.forms)}",
            f"Write {line('evaluation_metric', fit[0])}, or one of {', '.join(fit[1:])}.",
            key="evaluation_metric",
            candidates=fit,
        )
    return metric, "the task asks for it"


def _size(task: Task, windows: int, width: int) -> tuple[Size, list[Decision]]:
    """The usual rule, with windows for rows and small batches of them."""
    asked = task.training.batch_size
    training = task.training.model_copy(update={"batch_size": asked or BATCH})
    given = task.model_copy(update={"training": training})
    size, decisions = choose_size(given, windows, width, 1, "step")
    why = f"{BATCH * width:,} steps at once: each window has {width}"
    told = [
        replace(each, reason=why)
        if each.subject == "batch_size" and not asked
        else each
        for each in decisions
    ]
    return size, told
