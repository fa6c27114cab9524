"""By which figure the result is judged, and whether classes count alike in the loss."""

from collections.abc import Sequence
from dataclasses import dataclass

from labwright.errors import TaskError
from labwright.plan.say import count, line, percent
from labwright.plan.task_type import Form
from labwright.task.metric_registry import METRICS
from labwright.task.model import Task

EVEN = 0.5  # of an even share: classes with less make the data imbalanced
ALIKE = ("balanced_accuracy", "macro_f1", "f1")  # every class, or the rare one, counts
LOWEST = {"rmsle": 0.0}  # least number that the metric is made for


@dataclass(frozen=True)
class MetricChoice:
    """The metric's canonical name, why, and what a person should know of it."""

    name: str
    reason: str
    warnings: tuple[str, ...] = ()


def is_imbalanced(rows: Sequence[int]) -> bool:
    """Whether the rarest class has less than half of an even share of the rows."""
    return bool(rows) and min(rows) < EVEN * sum(rows) / len(rows)


def choose_metric(
    task: Task, form: Form, class_rows: Sequence[int], low: float | None, zeros: int
) -> MetricChoice:
    """The task's metric, or the usual one for the data.

    `class_rows` are the training rows of each class, `low` is the least number of the
    targets, and in `zeros` rows one of them is 0.

    Raises:
        TaskError: the metric cannot judge this form of target.
    """
    if not task.evaluation_metric:
        return _usual(form, class_rows)
    metric = METRICS[task.evaluation_metric]
    if form not in metric.forms:
        fit = [name for name, other in METRICS.items() if form in other.forms]
        raise TaskError(
            f"a metric that judges {_about(form)}",
            f"{metric.label}, which judges {', '.join(metric.forms)}",
            f"Write {line('evaluation_metric', fit[0])}, or one of "
            f"{', '.join(fit[1:])}.",
            key="evaluation_metric",
            candidates=fit,
        )
    if metric.name in LOWEST and low is not None and low < LOWEST[metric.name]:
        raise TaskError(
            f"targets of {LOWEST[metric.name]:g} or more for {metric.label}",
            f"numbers from {low:g}",
            f"Write {line('evaluation_metric', 'rmse')}.",
            key="evaluation_metric",
            candidates=("rmse", "mae"),
        )
    if metric.name == "f1" and form != "binary":
        reason = f"F1 of {len(class_rows)} classes or labels is their mean, macro F1"
        return MetricChoice("macro_f1", reason)
    warnings = []
    if metric.name == "mape" and zeros:
        warnings.append(
            f"MAPE divides by the target, which is 0 in {count(zeros, 'row')}: one "
            f"such row outweighs all others. {line('evaluation_metric', 'mae')} has no "
            "such row."
        )
    if metric.name == "accuracy" and is_imbalanced(class_rows):
        share = percent(max(class_rows) / sum(class_rows))
        warnings.append(
            f"Always guessing the largest class is right in {share} of the rows: read "
            "the accuracy beside the baselines."
        )
    return MetricChoice(metric.name, "the task asks for it", tuple(warnings))


def balances_classes(metric: str, form: Form, class_rows: Sequence[int]) -> bool:
    """Whether the loss weighs classes alike: the metric does, and they are uneven."""
    one = form in ("binary", "multiclass")
    return one and metric in ALIKE and is_imbalanced(class_rows)


def _usual(form: Form, class_rows: Sequence[int]) -> MetricChoice:
    if form == "regression":
        return MetricChoice(
            "rmse", "the usual one for numbers, in the target's own unit"
        )
    if form == "multilabel":
        return MetricChoice("macro_f1", "the usual one for several labels a row")
    share = percent(min(class_rows) / sum(class_rows))
    rarest = f"the rarest of {len(class_rows)} classes has {share} of the training rows"
    if is_imbalanced(class_rows):
        return MetricChoice(
            "macro_f1",
            f"{rarest}, less than half an even share: each class counts alike",
        )
    return MetricChoice("accuracy", f"{rarest}, at least half an even share")


def _about(form: Form) -> str:
    return {
        "binary": "two classes",
        "multiclass": "several classes",
        "multilabel": "several labels a row",
        "regression": "numbers",
    }[form]
