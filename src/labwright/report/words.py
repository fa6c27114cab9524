"""Figures and findings in words. What a figure means was decided by the run; here it is only said."""

from collections.abc import Mapping, Sequence
from typing import Any

METRIC_NAMES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "f1": "F1",
    "macro_f1": "Macro F1",
    "micro_f1": "Micro F1",
    "weighted_f1": "Weighted F1",
    "precision": "Precision",
    "recall": "Recall",
    "roc_auc": "ROC AUC",
    "average_precision": "Average precision",
    "log_loss": "Log loss",
    "mcc": "MCC",
    "quadratic_kappa": "Quadratic kappa",
    "mse": "MSE",
    "rmse": "RMSE",
    "rmsle": "RMSLE",
    "mae": "MAE",
    "mape": "MAPE",
    "r2": "R²",
    "spearman": "Spearman",
}
HEADLINES = {
    "beats": "Beats {}",
    "ties": "Ties with {}",
    "loses": "Loses to {}",
}
TO = "\N{THIN SPACE}to\N{THIN SPACE}"


def metric_name(name: str) -> str:
    """The metric as people write it."""
    return METRIC_NAMES.get(name, name.replace("_", " "))


def in_sentence(name: str) -> str:
    """A metric's name within a sentence: abbreviations keep their capitals.

    >>> in_sentence("Balanced accuracy"), in_sentence("ROC AUC"), in_sentence("R²")
    ('balanced accuracy', 'ROC AUC', 'R²')
    """
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def figure(value: float | None, *, signed: bool = False) -> str:
    """A number with three decimals, or four digits where that says more or is enough.

    >>> [figure(x) for x in (0.98137, 31.257, 1234567.8, 0.000123)]
    ['0.981', '31.26', '1,234,568', '0.000123']
    """
    if value is None:
        return "\N{EN DASH}"
    size = abs(value)
    if size and size < 1e-5:
        text = f"{size:.2e}"
    elif size and size < 0.01:
        text = f"{size:.3g}"
    else:
        text = f"{size:,.{3 if size < 10 else 2 if size < 100 else 1 if size < 1000 else 0}f}"
    sign = "\N{MINUS SIGN}" if value < 0 else "+" if signed and value > 0 else ""
    return sign + text


def interval(given: Sequence[float | None] | None, *, signed: bool = False) -> str:
    """Both ends of an interval."""
    known = ends(given)
    if known is None:
        return "\N{EN DASH}"
    return TO.join(figure(end, signed=signed) for end in known)


def ends(interval: Sequence[float | None] | None) -> tuple[float, float] | None:
    """Both ends of an interval that has both; a figure that does not exist is null."""
    match interval:
        case [float() | int() as low, float() | int() as high]:
            return low, high
        case _:
            return None


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun.

    >>> count(1, "row"), count(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """A time as people say it.

    >>> [duration(s) for s in (0.41, 48.2, 95, 7260)]
    ['0.4 s', '48 s', '1 min 35 s', '2 h 1 min']
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def listing(names: Sequence[str]) -> str:
    """Names in a sentence: "a, b and c"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def written(choice: Any) -> str:
    """A choice as text: names in a row, numbers plain, nothing as a dash."""
    match choice:
        case None | [] | {}:
            return "\N{EN DASH}"
        case bool():
            return "yes" if choice else "no"
        case int() | float() if not isinstance(choice, bool):
            return f"{choice:,g}" if abs(choice) < 1e6 else f"{choice:,.0f}"
        case list() | tuple():
            shown = ", ".join(written(value) for value in choice[:12])
            return shown + (f" and {len(choice) - 12} more" if len(choice) > 12 else "")
        case dict():
            return ", ".join(
                f"{key}: {written(value)}" for key, value in choice.items()
            )
        case _:
            return str(choice)


def headline(results: Mapping[str, Any]) -> str:
    """The outcome of a run in a few words."""
    status, verdict = results["status"], results.get("verdict")
    if status == "completed" and verdict:
        return HEADLINES[verdict["word"]].format(verdict["baseline"])
    return {
        "completed": "Trained, not yet tested",
        "failed": "This run failed",
        "interrupted": "This run was interrupted",
        "running": "This run has not ended",
    }.get(status, f"This run is {status}")


def finding(results: Mapping[str, Any]) -> str:
    """The verdict in two sentences, with the figures it rests on.

    `difference` and its interval are gains: positive where the model is better, whether
    the metric is to be high or low.
    """
    verdict, metric = results["verdict"], results["metric"]
    name = in_sentence(metric_name(metric["name"]))
    gain = verdict["difference"] or 0.0
    side = "Better" if gain > 0 else "Worse"
    by = f"{side} by {figure(abs(gain))} {name} than" if gain else "Equal to"
    chance = ", which could be chance" if gain and verdict["word"] == "ties" else ""
    units = f"{verdict['unit_count']:,} {verdict['units']} of the test part"
    if ends(verdict["interval"]) is None:
        return (
            f"{by} {verdict['baseline']}; {units} are too few to tell it from chance."
        )
    zero = {
        "beats": "lies above zero",
        "loses": "lies below zero",
        "ties": "holds zero",
    }
    return (
        f"{by} {verdict['baseline']}{chance}: "
        f"the 95\N{NO-BREAK SPACE}% interval of the gain, "
        f"{interval(verdict['interval'], signed=True)}, {zero[verdict['word']]}. Measured on "
        f"{units}."
    )
