"""The choices of a forecast in words, as constants, and as names of parts."""

import math
from collections.abc import Iterator
from typing import Any

from labwright.plan.decisions import Decision, Plan
from labwright.plan.forecast.chosen import Forecast
from labwright.plan.say import count, line, names, percent
from labwright.plan.training_rows import SHARES
from labwright.profile.facts import Column
from labwright.task.metric_registry import METRICS

UNREADABLE = 0.01  # share of a column's cells that may not parse in later data
LAGS = 3  # earlier values of the same season that a step reads, for each season
ABSOLUTE = ("mae", "mape", "smape", "mase")  # metrics that an outlier moves little
VALIDATED_STEPS = 25_000  # of training between two validations, in steps of windows
LOOKED_AT = 192  # windows of a validation, at least
READ_AT_ONCE = 131_072  # steps, where no gradient is kept
MANY_GAPS = 0.2  # share of cells without a value that a person should know of


def assemble_forecast(chosen: Forecast) -> Plan:
    """The plan: decisions, constants, names and warnings."""
    return Plan(
        task=chosen.task,
        recipe="forecast",
        decisions=(
            *about_task(chosen),
            *about_time(chosen),
            *about_windows(chosen),
            *about_columns(chosen),
            *about_training(chosen),
        ),
        constants=constants_of_forecast(chosen),
        names=names_of_forecast(chosen),
        fingerprint=chosen.acquired.fingerprint,
        warnings=tuple(warnings_of_forecast(chosen)),
        predicts=chosen.table.predicts,
    )


# ---- decisions


def about_task(chosen: Forecast) -> Iterator[Decision]:
    """The table, the target and how it is judged."""
    table, target = chosen.table, chosen.target
    several = (
        len(chosen.acquired.tables) > len(table.table.files)
        and len(chosen.task.data_sources) == 1  # else the target decides
    )
    files = [file.path for file in table.table.files]
    other = line("file", "another table") if several else None
    yield Decision("table", files, table.reason, other)
    yield Decision("recipe", "forecast", chosen.recipe.reason, chosen.recipe.change)
    rivals = [
        name
        for name, column in table.table.columns.items()
        if column.kind == "number" and name not in target.columns
    ]
    rival = target.rival or (rivals[-1] if rivals else None)
    change = line("target", rival) if rival else None
    yield Decision("target", target.columns[0], target.reason, change)
    yield Decision("task_type", "sequence", "a value for each step of the horizon")
    fit = [name for name, metric in METRICS.items() if "forecast" in metric.forms]
    rivals = [name for name in fit if name != chosen.metric.name]
    change = line("evaluation_metric", rivals[0])
    yield Decision("metric", chosen.metric.name, chosen.metric_reason, change)


def about_time(chosen: Forecast) -> Iterator[Decision]:
    """When rows were, of which series, and how time goes on."""
    timing, step = chosen.timing, chosen.step
    change = _other(chosen, "time_column", ("date",))
    time = list(timing.columns.values()) or "the order of the rows"
    yield Decision("time", time, timing.reason, change)
    change = _other(chosen, "group_column", ("category", "identifier"))
    series = list(timing.series) or "one series"
    yield Decision("series", series, timing.series_reason, change)
    yield Decision("step", _step(chosen), step.reason)
    seasons = [season for season in chosen.rhythm.seasons if season > 1]
    yield Decision("seasons", seasons or "none", chosen.rhythm.reason)
    steps, why = chosen.horizon
    yield Decision("horizon", steps, why, line("horizon", steps))
    if chosen.repeated:
        rows = count(chosen.repeated, "row")
        why = f"{rows} share a series and a step with another"
        yield Decision("repeated rows", "their mean", why)
    if chosen.gaps:
        why = (
            f"{percent(chosen.gaps)} of the steps between the first and the last have "
            "no value: they stay masked, and lags take the last value before them"
        )
        yield Decision("gaps", "masked", why)


def _other(chosen: Forecast, key: str, kinds: tuple[str, ...]) -> str | None:
    """The line that takes another column for the time or the series, if there is one."""
    used = {*chosen.timing.columns.values(), *chosen.timing.series}
    for name, column in chosen.table.table.columns.items():
        repeats = column.distinct < column.rows
        if column.kind in kinds and name not in used and (key[0] == "t" or repeats):
            return line("split", {"rule": "time", key: name})
    return None


def _step(chosen: Forecast) -> str:
    step = chosen.step
    if step.how == "month":
        return count(int(step.size), "month")
    if step.how == "weekday":
        return "1 working day"
    if chosen.timing.dated:
        return f"{step.size:g} seconds"
    return "1 row" if not chosen.timing.columns else f"{step.size:g}"


def about_windows(chosen: Forecast) -> Iterator[Decision]:
    """What a forecast reads, and which there are."""
    spans = chosen.spans
    yield Decision("history", spans.history, spans.history_reason)
    windows = ", ".join(f"{part} {n:,}" for part, n in spans.windows.items())
    yield Decision(
        "split",
        "time",
        "70, 15 and 15 % of the known values, cut at the same moments for all series; a "
        "forecast belongs to the part in which its whole horizon lies, and its history "
        f"may reach back before it; forecasts: {windows}",
    )
    train, judged = spans.strides
    if max(spans.strides) > 1:
        why = (
            f"a training window every {count(train, 'step')}, a judged one every "
            f"{count(judged, 'step')}: they overlap, and an epoch stays short; no factor "
            "in common with a season, so each of its steps is met"
        )
        yield Decision("stride", list(spans.strides), why)
    if spans.short:
        why = (
            f"no training window: {names(list(spans.short))} "
            f"{'has' if len(spans.short) == 1 else 'have'} too few values before the "
            f"validation part for {count(spans.history, 'step')} of history, half of "
            f"them known, and {count(chosen.horizon[0], 'step')} of horizon"
        )
        yield Decision("short series", len(spans.short), why)


def about_columns(chosen: Forecast) -> Iterator[Decision]:
    """What is known of the future, what of the past alone, and what is not used."""
    known, past = chosen.named("known"), chosen.named("past")
    why = "the history of each"
    why += f", and the future of {names(known)}" if known else ""
    yield Decision("inputs", [chosen.target.columns[0], *past, *known], why)
    waves = chosen.rhythm.waves
    if waves:
        why = "sines and cosines of these periods are known of every step"
        yield Decision("calendar", list(waves), why)
    for each in chosen.covariates:
        if each.use == "past":
            change = line("known_in_advance", [*known, each.name])
            yield Decision("column", "past only", each.reason, change, each.name)
        elif each.use == "known":
            left = [name for name in known if name != each.name]
            change = (
                line("known_in_advance", left) if left else line("drop", [each.name])
            )
            yield Decision("column", "known in advance", each.reason, change, each.name)
        elif each.use == "dropped":
            yield Decision("column", "dropped", each.reason, None, each.name)


def about_training(chosen: Forecast) -> Iterator[Decision]:
    """The target's form, the loss and the sizes."""
    yield Decision(
        "target transform",
        "difference to a simple forecast",
        "scaled by each window's own history; the model corrects the last value, the "
        "last season, a ridge regression on lags or the mean of the last two, whichever "
        "is best on the validation part",
    )
    loss, why = _loss(chosen)
    yield Decision("loss", loss, why)
    yield from chosen.size_decisions
    yield Decision("num_workers", 0, "windows are cut from arrays in memory")


def _loss(chosen: Forecast) -> tuple[str, str]:
    label = chosen.metric.label
    if chosen.metric.name in ABSOLUTE:
        return "huber", f"{label} is moved little by outliers, and so is this loss"
    return "mse", f"{label} squares errors too"


# ---- constants


def constants_of_forecast(chosen: Forecast) -> dict[str, Any]:
    """Module-level constants of the recipe's files, by name."""
    acquired, table, size = chosen.acquired, chosen.table.table, chosen.size
    known, past = chosen.named("known"), chosen.named("past")
    series, time = list(chosen.timing.series), list(chosen.timing.columns.values())
    columns = {
        name: table.columns[name]
        for name in [chosen.target.columns[0], *time, *past, *known]
    }
    dates = {n: c.date_format or "" for n, c in columns.items() if c.kind == "date"}
    yes_no = [n for n in [*past, *known] if columns[n].whole is None]
    numbers = [n for n in columns if n not in dates and n not in yes_no]
    lost = [columns[name].unreadable / table.rows for name in [*numbers, *dates]]
    width = chosen.width
    return {
        "SOURCE": acquired.source,
        "REVISION": acquired.revision,
        "FILES": dict(acquired.files),
        "MAX_BYTES": acquired.max_bytes,
        "TABLES": [file.path for file in table.files],
        "READING": dict(table.files[0].reading),
        "TARGETS": list(chosen.target.columns),
        "CLASSES": [],
        "SERIES": series,
        "TIME": dict(chosen.timing.columns),
        "KNOWN_IN_ADVANCE": known,
        "PAST": past,
        "NUMBERS": numbers,
        "WRITTEN_NUMBERS": written_numbers(columns, numbers),
        "YES_OR_NO": yes_no,
        "DATES": dates,
        "IDENTIFIERS": series,
        "MISSING": list(dict.fromkeys(["", *table.missing_spellings])),
        "MAX_UNREADABLE": max(UNREADABLE, math.ceil(200 * max(lost, default=0)) / 100),
        "STEP": float(chosen.step.size),
        "ORIGIN": float(chosen.step.origin),
        "HORIZON": chosen.horizon[0],
        "HISTORY": chosen.spans.history,
        "SEASONS": list(chosen.rhythm.seasons),
        "LAGS": LAGS,
        "WAVES": dict(chosen.rhythm.waves),
        "SPLIT_COLUMN": "forecast from",
        "SHARES": SHARES,
        "TRAIN_STRIDE": chosen.spans.strides[0],
        "TEST_STRIDE": chosen.spans.strides[1],
        "SEED": chosen.task.seed,
        "TASK_TYPE": "sequence",
        "METRIC": chosen.metric.name,
        "HIGHER_IS_BETTER": chosen.metric.higher_is_better,
        "SPLIT_RULE": "time",
        "EXPECTED_BASELINE": chosen.task.expected_baseline,
        "LOSS": _loss(chosen)[0],
        "D_MODEL": size.d_model,
        "NUM_LAYERS": size.num_layers,
        "DROPOUT": size.dropout,
        "LEARNING_RATE": size.learning_rate,
        "BATCH_SIZE": size.batch_size,
        "MAX_EPOCHS": size.epochs,
        "PATIENCE": size.patience,
        "NUM_WORKERS": 0,
        "VALIDATE_AFTER": max(64, VALIDATED_STEPS // width),
        "VALIDATION_ROWS": LOOKED_AT,
        "INFERENCE_ROWS": max(1, min(1_024, READ_AT_ONCE // width)),
    }


def written_numbers(columns: dict[str, Column], numbers: list[str]) -> dict[str, str]:
    """Numbers with signs or separators, and their decimal mark."""
    marks = {name: columns[name].decimal for name in numbers}
    return {name: mark for name, mark in marks.items() if mark}


def names_of_forecast(chosen: Forecast) -> dict[str, str]:
    """A part as the recipe names it, and the one that is called in its place."""
    how = chosen.step.how
    called = {
        "fetch_local": chosen.acquired.fetch,
        "keep_files": chosen.acquired.unpacked,
        "read_csv": chosen.table.table.files[0].reader,
        "moment_of_parts": chosen.timing.how,
        "month_steps": f"{how}_steps",
        "month_moments": f"{how}_moments",
        "dates_of_moments": "dates_of_moments"
        if chosen.timing.dated
        else "numbers_of_moments",
        "accuracy": f"forecast_{chosen.metric.name}",
        "more_about_classes": "more_about_forecasts",
        "whole_outputs": "keep_horizon",
    }
    return {written: name for written, name in called.items() if name != written}


# ---- warnings


def warnings_of_forecast(chosen: Forecast) -> Iterator[str]:
    """Doubts about the choices and the data, each with what to do."""
    yield from chosen.target.warnings
    spans = chosen.spans
    if chosen.untimed:
        yield f"{count(chosen.untimed, 'row')} without a time are left out."
    if chosen.gaps > MANY_GAPS:
        yield (
            f"{percent(chosen.gaps)} of the steps have no value: check that a step is "
            f"{_step(chosen)}."
        )
    if chosen.repeated > 0.01 * chosen.table.table.rows:
        change = line("split", {"rule": "time", "group_column": "city"})
        example = _other(chosen, "group_column", ("category", "identifier")) or change
        yield (
            f"{count(chosen.repeated, 'row')} share a series and a step, and count as "
            f"their mean: a line such as {example} tells more series apart."
        )
    if spans.short:
        shown = names(list(spans.short))
        yield f"Too short to train on, and left out of training: {shown}."
    if chosen.task.max_rows is not None:
        yield "max_rows is not used: a forecast needs every step."
    if not chosen.timing.columns:
        yield "No column says when a row was: the rows are taken to be in order of time."
    if chosen.metric.name == "mape" and (chosen.laid.target == 0).any():
        yield (
            "MAPE divides by the target, which is 0 in some steps: these do not count. "
            f"{line('evaluation_metric', 'mase')} counts them."
        )
