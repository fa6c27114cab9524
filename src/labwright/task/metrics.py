"""Finding a metric by any usual spelling, and the table of them all."""

import difflib
import re
import unicodedata

from labwright.errors import UnknownMetricError
from labwright.task.metric import Form, Metric, Needs
from labwright.task.metric_registry import METRICS

__all__ = ["METRICS", "Form", "Metric", "Needs", "find_metric", "metrics_table"]


def find_metric(text: str) -> Metric:
    """The metric that a text names, in any usual spelling or inside a short sentence.

    "macro-F1", "F1_macro" and "F1 score (macro-averaged)" are one; so are "accuracy"
    and "accuracy (higher is better)". A word that would make it another metric ("top-5
    accuracy") makes it unknown rather than nearly right.

    Raises:
        UnknownMetricError: it names none, or several; the nearest are its candidates.
    """
    words = _words(text)
    if metric := _SPELLINGS.get("".join(words)):
        return metric
    found, rest = _named_in(words)
    if len(found) == 1 and not _QUALIFIERS.intersection(rest):
        return found[0]
    shown = repr(text if len(text) <= 60 else text[:60] + "…")
    if len(found) > 1:
        shown = f"{len(found)} metrics in {shown}"
    names = [metric.name for metric in found] or _nearest("".join(words))
    raise _unknown(shown, names)


def metrics_table() -> str:
    """The metrics as the table of docs/metrics.md, in Markdown."""
    rows = [
        "| name | what it measures | range | better | for | spellings, among others |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for metric in METRICS.values():
        aliases = [a for a in metric.aliases if a != metric.label.casefold()]
        low, high = (f"{bound:g}".replace("inf", "∞") for bound in metric.range)
        cells = (
            f"`{metric.name}`",
            metric.description.replace("|", r"\|"),
            f"{low} to {high}",
            "higher" if metric.higher_is_better else "lower",
            ", ".join(metric.forms),
            ", ".join((metric.label, *aliases[:4])),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _words(text: str) -> list[str]:
    """Lower-case words without articles: "Cohen's R²" -> ["cohens", "r2"]."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    words: list[str] = re.findall(r"[a-z0-9]+", re.sub(r"['\u2019`]", "", plain))
    return [word for word in words if word not in {"the", "a", "an"}]


_SPELLINGS = {
    "".join(_words(spelling)): metric
    for metric in METRICS.values()
    for spelling in (metric.name, metric.label, *metric.aliases)
}
_LONGEST = max(
    len(_words(spelling)) for metric in METRICS.values() for spelling in metric.aliases
)  # words

# What may stand before a metric in a sentence without changing which one it is.
_LEADING = frozenset(
    _words(
        "use using report by evaluate evaluated evaluation judge judged primary main "
        "metric is our we with on highest lowest best maximize maximise minimize "
        "minimise test validation val eval official competition"
    )
)
# What makes another metric of the one it stands with, before or after it.
_QUALIFIERS = frozenset(
    _words(
        "log logarithmic top k adjusted symmetric median normalized normalised "
        "weighted macro micro balanced partial columnwise scaled relative not mean no"
    )
)


def _named_in(words: list[str]) -> tuple[list[Metric], list[str]]:
    """Distinct metrics in a sentence, longest spellings first, and the other words.

    What stands before the first metric must be words that do not change it, else none
    is found.
    """
    found: list[Metric] = []
    rest: list[str] = []
    start = 0
    while start < len(words):
        for stop in range(min(start + _LONGEST, len(words)), start, -1):
            if metric := _SPELLINGS.get("".join(words[start:stop])):
                found += [metric] if metric not in found else []
                start = stop
                break
        else:
            if not found and words[start] not in _LEADING:
                return [], words
            rest.append(words[start])
            start += 1
    return found, rest


def _nearest(text: str) -> list[str]:
    """Names with a spelling like `text`, the likest first; none where none is like."""
    near = difflib.get_close_matches(text[:60], _SPELLINGS, n=5, cutoff=0.55)
    return list(dict.fromkeys(_SPELLINGS[spelling].name for spelling in near))


def _unknown(found: str, nearest: list[str]) -> UnknownMetricError:
    name = nearest[0] if nearest else "accuracy"
    intro = f"The nearest is {name}" if nearest else "Choose one of its table"
    return UnknownMetricError(
        "one metric of docs/metrics.md",
        found,
        f'{intro}: write "evaluation_metric": "{name}", or leave it out.',
        key="evaluation_metric",
        candidates=nearest or list(METRICS),
    )
