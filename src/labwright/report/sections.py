"""The sections with pictures: baselines, predictions, learning and importance."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from labwright.report import classes, curves, numbers
from labwright.report.markup import Node, node
from labwright.report.read import Pair, RunFiles, pairs
from labwright.report.rows import Row, bars, dots
from labwright.report.words import (
    count,
    duration,
    ends,
    figure,
    in_sentence,
    interval,
    metric_name,
)

SHOWN_COLUMNS = 15
SHOWN_TARGETS = 6
REACHED = {True: ": reached.", False: ": not reached.", None: "."}


def section(title: str, lead: str, *content: Node | None) -> Node:
    """A titled part of the page: what it shows stands beside it, or above it on a phone."""
    head = node("div", node("h2", title), node("p", lead), class_="beside")
    return node("section", head, node("div", *content, class_="content"))


def drawing(drawn: Node, title: str, *keys: tuple[str, str]) -> Node:
    """A picture with its title and, for several lines in it, a key of (class, name)."""
    names = [node("span", name, class_=f"key {class_}") for class_, name in keys]
    return node("figure", node("figcaption", title, *names), drawn)


# ---- against the baselines -----------------------------------------------------------


def baselines(files: RunFiles) -> Node | None:
    """The metric against what simple models reach on the same rows."""
    results = files.results
    known, metric = results.get("baselines"), results.get("metric")
    if not known or not metric:
        return None
    part = "val" if metric.get("test") is None else "test"
    name, up = metric_name(metric["name"]), metric["higher_is_better"]
    rows = [
        Row(
            other,
            figures[part],
            figure(figures[part]),
            ends(figures.get("interval")),
            kind,
            _span(figures),
        )
        for other, figures, kind in (
            ("this model", metric, "model"),
            *((other, figures, "baseline") for other, figures in known.items()),
        )
        if figures[part] is not None
    ]
    rows.sort(key=lambda row: -row.value if up else row.value)
    expected = (results.get("expected_baseline") or {}).get("value")
    rows_of = "test" if part == "test" else "validation"
    better = "higher" if up else "lower"
    lead = f"{name} on the same {rows_of} rows, the best on top; {better} is better."
    if part == "test":
        lead += " Whiskers are 95\N{NO-BREAK SPACE}% bootstrap intervals."
    if expected is not None:
        lead += f" The dashed line is the task's expected baseline, {figure(expected)}"
        lead += REACHED[results["expected_baseline"]["reached"]]
    return section(
        "Against simple models",
        lead,
        dots(rows, axis=name, marker=expected),
        _more(results),
    )


def _span(found: dict[str, Any]) -> str:
    return interval(found["interval"]) if ends(found.get("interval")) else ""


def _more(results: dict[str, Any]) -> Node | None:
    """Other metrics of the same predictions, as a table that stays folded until asked for."""
    more = results.get("more") or {}
    names = list(more.get("val") or {})
    if not names:
        return None
    test = more.get("test") or {}
    lines = [
        node(
            "tr",
            node("th", metric_name(name), scope="row"),
            _number(more["val"][name]),
            _number(test.get(name)),
        )
        for name in names
    ]
    heads = [node("th", text, scope="col") for text in ("Metric", "Validation", "Test")]
    table = node(
        "table",
        node("thead", node("tr", *heads)),
        node("tbody", *lines),
        class_="figures",
    )
    return node(
        "details", node("summary", "More metrics of the same predictions"), table
    )


def _number(value: float | None) -> Node:
    return node("td", figure(value))


# ---- predictions ---------------------------------------------------------------------


def predictions(files: RunFiles) -> Node | None:
    """Where the model is right and where it is wrong."""
    found = pairs(files)
    if not found or files.predictions is None:
        return None
    rows = count(len(files.predictions), "row")
    task = files.results["task"]
    if task["task_type"] == "sequence":
        return None  # single rows say more, as the recipe shows them
    if task["task_type"] == "regression":
        return _regression(found, len(files.predictions))
    if len(found) > 1 or "target" not in files.predictions.columns:
        lead = f"F1 of each label over {rows}, the most frequent label first."
        return section("Label by label", lead, classes.labels(found))
    return _classification(files, found[0], rows)


def _classification(files: RunFiles, pair: Pair, rows: str) -> Node:
    names = files.results["task"]["classes"]
    counts = classes.confusion(pair, names)
    drawn: list[Node | None]
    if len(names) <= classes.MATRIX_CLASSES:
        lead = f"Each line is an actual class over {rows}; shares are of the line. The diagonal is right."
        drawn = [classes.matrix(counts, names)]
    else:
        lead = f"The pairs of {len(names)} classes that are taken for each other most often, over {rows}."
        drawn = [classes.confused_pairs(counts, names)]
    if len(names) == 2:
        lead += " Below: how well the probabilities rank, and whether they mean what they say."
        drawn.append(_binary(files, pair, names[-1]))
    return section("Right and wrong", lead, *drawn)


def _binary(files: RunFiles, pair: Pair, positive: str) -> Node | None:
    """ROC and calibration of the positive class's probability."""
    table = files.predictions
    if table is None or f"p_{positive}" not in table.columns:
        return None
    actual = (pair.target.cast(pl.String) == positive).to_numpy()
    score = table[f"p_{positive}"].cast(pl.Float64).to_numpy()
    return node(
        "div",
        drawing(classes.roc(actual, score), "ROC curve"),
        drawing(
            classes.calibration(actual, score),
            f"Calibration of \N{LEFT DOUBLE QUOTATION MARK}{positive}\N{RIGHT DOUBLE QUOTATION MARK}",
        ),
        class_="pair",
    )


def _regression(found: Sequence[Pair], rows: int) -> Node:
    if rows <= numbers.POINTS:
        lead = f"Each mark is one of {count(rows, 'row')}"
    else:
        lead = f"{count(rows, 'row')}; the stronger a cell, the more of them"
    lead += (
        ". On the line, prediction and truth agree. The outermost bars of the residuals "
        "hold all that lies beyond."
    )
    drawn = [_target(pair, alone=len(found) == 1) for pair in found[:SHOWN_TARGETS]]
    if len(found) > SHOWN_TARGETS:
        lead += f" The first {SHOWN_TARGETS} of {len(found)} targets."
    return section("Predicted and actual", lead, *drawn)


def _target(pair: Pair, *, alone: bool) -> Node:
    both = pl.DataFrame([pair.target.alias("t"), pair.prediction.alias("p")]).cast(
        pl.Float64
    )
    actual, predicted = both["t"].to_numpy(), both["p"].to_numpy()
    before = "" if alone else f"{pair.name}: "
    return node(
        "div",
        drawing(
            numbers.scatter(actual, predicted), f"{before}Predicted against actual"
        ),
        drawing(numbers.residuals(actual, predicted), f"{before}Residuals"),
        class_="pair",
    )


# ---- learning ------------------------------------------------------------------------


def learning(files: RunFiles) -> Node | None:
    """The learning curves and what ended the training."""
    if files.curves is None:
        return None
    results = files.results
    training = results.get("training") or {}
    best = training.get("best_epoch")
    name = metric_name(results["metric"]["name"]) if results.get("metric") else "Metric"
    loss = curves.losses(files.curves, best)
    metric = curves.metric(files.curves, best, name)
    keys = (("train", "training"), ("val", "validation"))
    drawn = [
        drawing(loss, "Loss", *keys) if loss is not None else None,
        drawing(metric, f"{name} on validation") if metric is not None else None,
    ]
    return section(
        "Learning",
        _learning_lead(results, training),
        node("div", *drawn, class_="pair"),
    )


def _learning_lead(results: dict[str, Any], training: dict[str, Any]) -> str:
    if not training:
        return "As far as the run came."
    kept = (
        f"; epoch {training['best_epoch']} was kept"
        if training.get("best_epoch") is not None
        else ""
    )
    lead = (
        f"{count(training['epochs'], 'epoch')} in {duration(results['seconds'])}, ended by "
        f"{training['stopped']}{kept}. Batches of {training['batch_size']:,} rows, learning rate "
        f"{training['learning_rate']:g}."
    )
    return " ".join([lead, *map(_recovery, training.get("recovered") or ())])


def _recovery(change: dict[str, Any]) -> str:
    """A sentence about training that began again with another setting."""
    if "learning_rate" in change:
        return f"Began again with learning rate {change['learning_rate']:g}, since the numbers were lost."
    return (
        f"Began again with {change['batch_size']:,} rows a batch, since memory ran out."
    )


# ---- importance ----------------------------------------------------------------------


SHUFFLED = (
    "a column is shuffled. Columns that say the same share their importance; a column "
    "far above all others may give the target away."
)
# What is changed instead, by recipe.
RELIED_ON = {
    "audio": "some pitches of a sound are those of another one.",
    "forecast": "a column is that of other forecasts; the target's own is its history.",
    "image": "a ninth of each image is hidden.",
    "tags": "that is hidden from the model.",
    "text": "a word is left out of every text that has it.",
}


def importance(files: RunFiles) -> Node | None:
    """What the model relies on: the loss of the metric when that is changed or hidden."""
    results = files.results
    found = results.get("importance") or ()
    known = [entry for entry in found if entry["drop"] is not None]
    if not known:
        return None
    name = metric_name(results["metric"]["name"])
    ordered = sorted(known, key=lambda entry: (-entry["drop"], entry["column"]))
    rows = [
        Row(
            entry["column"],
            entry["drop"],
            figure(entry["drop"], signed=True),
            kind="model",
        )
        for entry in ordered[:SHOWN_COLUMNS]
    ]
    changed = RELIED_ON.get(results["task"].get("recipe", ""), SHUFFLED)
    lead = f"How much worse {in_sentence(name)} on validation becomes when {changed}"
    if len(ordered) > SHOWN_COLUMNS:
        lead += f" The first {SHOWN_COLUMNS} of {len(ordered)} columns."
    change = "lost" if results["metric"]["higher_is_better"] else "added"
    return section("What it relies on", lead, bars(rows, axis=f"{name} {change}"))
