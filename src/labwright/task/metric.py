"""What one metric is, and how its spellings are written."""

from dataclasses import dataclass
from typing import Literal

Form = Literal[
    "binary",
    "multiclass",
    "multilabel",
    "regression",
    "sequence",
    "forecast",
    "tags",
    "tokens",
]
Needs = Literal["classes", "probabilities", "numbers"]


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        name: Canonical name; that of its function in `labwright.parts.metrics`.
        label: For people: "ROC AUC".
        forms: What it can judge. "sequence" is a number at each step, "tags" a class of
            each word, "tokens" the token that comes next.
        needs: What it compares with the truth: the likeliest classes, probabilities, or
            numbers in the target's own unit.
        higher_is_better: The direction of improvement.
        range: Least and greatest value, both possible.
        description: What it measures, with its formula or source. In formulas y is the
            truth, p the prediction, n the number of rows.
        aliases: Other spellings; case, spaces, dashes and apostrophes do not matter.
    """

    name: str
    label: str
    forms: tuple[Form, ...]
    needs: Needs
    higher_is_better: bool
    range: tuple[float, float]
    description: str
    aliases: tuple[str, ...]


def spelled(text: str) -> tuple[str, ...]:
    """The spellings in a list with commas."""
    return tuple(text.split(", "))


def f1_aliases(average: str) -> tuple[str, ...]:
    """Spellings of an averaged F1: macro-F1, F1 score (macro-averaged) …"""
    qualifiers = (average, f"{average} average", f"{average} averaged")
    before = [f"{q} {f}" for q in qualifiers for f in ("f1", "f1 score", "f score")]
    after = [f"{f} {q}" for q in qualifiers for f in ("f1", "f1 score", "f score")]
    return (*after, *before, f"{average} avg f1", f"f1 {average} avg")
