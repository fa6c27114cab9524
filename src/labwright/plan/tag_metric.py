"""By which figure tags, and the prediction of what comes next, are judged."""

from collections.abc import Sequence

from labwright.errors import TaskError
from labwright.parts.spans import are_spans
from labwright.plan.metric import MetricChoice, is_imbalanced
from labwright.plan.say import line, percent
from labwright.task.metric_registry import METRICS
from labwright.task.model import Task

OF_SPANS = ("f1", "micro_f1")  # what people say of spans when they mean span F1


def metric_of_tags(
    task: Task, tags: Sequence[str], words: Sequence[int]
) -> MetricChoice:
    """The task's metric, or span F1 where tags make up spans, else accuracy.

    Raises:
        TaskError: the metric asked for cannot judge tags, or there are no spans for it.
    """
    spans = are_spans(list(tags))
    asked = task.evaluation_metric
    if asked is None and spans:
        return MetricChoice("span_f1", "the tags make up spans (IOB), judged as wholes")
    if asked is None:
        return MetricChoice("accuracy", "the usual one for a tag a word")
    _check("tags", asked)
    if asked in OF_SPANS and spans:
        label = METRICS[asked].label
        return MetricChoice("span_f1", f"{label} of tags that make up spans is span F1")
    if asked == "span_f1" and not spans:
        raise TaskError(
            "tags that make up spans (O beside B-PER, I-PER …) for span F1",
            f"others: {', '.join(map(repr, tags[:4]))}",
            f"Write {line('evaluation_metric', 'accuracy')} or "
            f"{line('evaluation_metric', 'macro_f1')}.",
            key="evaluation_metric",
            candidates=("accuracy", "macro_f1"),
        )
    if asked == "f1":
        reason = f"F1 of {len(tags)} tags is their mean, macro F1"
        return MetricChoice("macro_f1", reason)
    warnings = []
    if asked == "accuracy" and is_imbalanced(words):
        share = percent(max(words) / sum(words))
        other = line("evaluation_metric", "span_f1" if spans else "macro_f1")
        warnings.append(
            f"Always guessing the most frequent tag is right at {share} of the words: "
            f"read the accuracy beside the baselines; {other} lets rare ones count."
        )
    return MetricChoice(asked, "the task asks for it", tuple(warnings))


def metric_of_tokens(
    task: Task, tags: Sequence[str], words: Sequence[int]
) -> MetricChoice:
    """The task's metric, or perplexity.

    Raises:
        TaskError: the metric asked for cannot judge the prediction of what comes next.
    """
    if task.evaluation_metric is None:
        return MetricChoice("perplexity", "the usual one for what comes next")
    _check("tokens", task.evaluation_metric)
    return MetricChoice(task.evaluation_metric, "the task asks for it")


def _check(form: str, asked: str) -> None:
    metric = METRICS[asked]
    if form in metric.forms:
        return
    fit = [name for name, other in METRICS.items() if form in other.forms]
    about = "a tag for each word" if form == "tags" else "what comes next in a text"
    raise TaskError(
        f"a metric that judges {about}",
        f"{metric.label}, which judges {', '.join(metric.forms)}",
        f"Write {line('evaluation_metric', fit[0])}, or one of {', '.join(fit[1:])}.",
        key="evaluation_metric",
        candidates=fit,
    )
