"""In which form the target is learned, and by which loss."""

from dataclasses import dataclass

import polars as pl

from labwright.plan.task_type import Form
from labwright.task.metric_registry import METRICS

RELATIVE = ("rmsle", "mape")  # metrics of ratios: a logarithm makes them differences
ABSOLUTE = ("mae", "mape", "spearman")  # metrics that an outlier moves little
SKEWED = 1.0  # skew of a target's training rows, from which it has a long tail


@dataclass(frozen=True)
class Learned:
    """The target's transform ("numbers" or "log_numbers" …), the loss, and why."""

    transform: str
    loss: str
    transform_reason: str
    loss_reason: str


def choose_loss(
    form: Form, metric: str, truth: pl.DataFrame, low: float | None
) -> Learned:
    """The transform and the loss that go with the metric.

    Args:
        form: Of the prediction.
        metric: Canonical name.
        truth: The targets' training rows.
        low: The least target of all rows, for regression.
    """
    if form == "multilabel":
        lists = truth.dtypes[0].is_nested()
        kind = "a column of lists" if lists else "columns of yes or no"
        each = "each label is a decision of its own"
        transform = "label_lists" if lists else "labels"
        return Learned(transform, "binary_cross_entropy", kind, each)
    if form != "regression":
        return Learned("classes", "cross_entropy", "classes by their code", "classes")
    transform, why = _transform(metric, truth, low)
    if metric in ABSOLUTE:
        says = (
            f"{METRICS[metric].label} is moved little by outliers, and so is this loss"
        )
        return Learned(transform, "huber", why, says)
    return Learned(transform, "mse", why, f"{METRICS[metric].label} squares errors too")


def _transform(
    metric: str, numbers: pl.DataFrame, low: float | None
) -> tuple[str, str]:
    skews = [_skew(column) for column in numbers]
    logs = [_skew(column.log1p()) for column in numbers] if (low or 0) >= 0 else []
    worst = max(skews, key=abs)
    if not logs:
        return "numbers", f"scaled: some are below 0, the skew is {worst:.2f}"
    if metric in RELATIVE:
        return (
            "log_numbers",
            f"{METRICS[metric].label} compares ratios, a log differences",
        )
    if all(_tames(skew, log) for skew, log in zip(skews, logs, strict=True)):
        return "log_numbers", (
            f"a long tail: the skew of the training rows is {worst:.2f}, that of their "
            f"logs {max(logs, key=abs):.2f}"
        )
    return "numbers", f"scaled: a skew of {worst:.2f} on the training rows"


def _tames(skew: float, log: float) -> bool:
    """Whether a log turns a long tail into none."""
    return skew > SKEWED and abs(log) < skew / 2


def _skew(column: pl.Series) -> float:
    skew = column.skew()
    return float(skew) if skew is not None else 0.0
