"""Metrics of tagged words: `metric(prediction, target) -> float`.

Both are codes of words, int64 (N, W), as spans.py has them; the target is -100 where there
is no word, and what is predicted there does not matter.
"""

import numpy as np
import torch
from torch import Tensor

from labwright.parts.spans import MOST_TAGS, NO_TAG, count_spans


def accuracy_of_tags(prediction: Tensor, target: Tensor) -> float:
    """Share of the words whose tag is right."""
    known = target != NO_TAG
    return float((prediction == target)[known].double().mean())


def counts_of_tags(prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of each tag the words that have it rightly, that were given it, and that have it."""
    known = target != NO_TAG
    given, true = prediction[known] % MOST_TAGS, target[known] % MOST_TAGS
    tags = int(max(given.max(), true.max())) + 1 if len(true) else 0
    right = torch.bincount(true[given == true], minlength=tags)
    return (
        right.double(),
        torch.bincount(given, minlength=tags).double(),
        torch.bincount(true, minlength=tags).double(),
    )


def balanced_accuracy_of_tags(prediction: Tensor, target: Tensor) -> float:
    """Mean over the tags present of the share of their words that are found."""
    right, _, true = counts_of_tags(prediction, target)
    return float((right / true)[true > 0].mean())


def macro_f1_of_tags(prediction: Tensor, target: Tensor) -> float:
    """Mean of the F1 of the tags that are there or were given, each counting the same."""
    right, given, true = counts_of_tags(prediction, target)
    return float((2 * right / (given + true))[given + true > 0].mean())


def weighted_f1_of_tags(prediction: Tensor, target: Tensor) -> float:
    """Mean of the tags' F1, each weighted by its words."""
    right, given, true = counts_of_tags(prediction, target)
    f1 = (2 * right / (given + true)).nan_to_num()
    return float((f1 * true).sum() / true.sum())


def micro_f1_of_tags(prediction: Tensor, target: Tensor) -> float:
    """F1 of all words together: with one tag a word equal to accuracy."""
    return accuracy_of_tags(prediction, target)


def exact_match_of_tags(prediction: Tensor, target: Tensor) -> float:
    """Share of the rows (sentences) without a wrong tag."""
    known = target != NO_TAG
    return float(((prediction == target) | ~known).all(dim=1).double().mean())


def span_f1_of_tags(prediction: Tensor, target: Tensor) -> float:
    """F1 of whole spans of the right type, all types together, as conlleval counts."""
    right, found, there = count_spans(prediction.numpy(), target.numpy())
    return 2 * right / (found + there) if found + there else float("nan")


def more_about_tags(prediction: Tensor, target: Tensor) -> dict[str, float]:
    """What else a reader wants to know of tagged words, and of spans where there are."""
    figures = {
        "accuracy": accuracy_of_tags(prediction, target),
        "balanced_accuracy": balanced_accuracy_of_tags(prediction, target),
        "macro_f1": macro_f1_of_tags(prediction, target),
        "exact_match": exact_match_of_tags(prediction, target),
    }
    if bool((target >= MOST_TAGS).any()):
        right, found, there = count_spans(prediction.numpy(), target.numpy())
        figures |= {
            "span_f1": span_f1_of_tags(prediction, target),
            "span_precision": right / found if found else float(np.nan),
            "span_recall": right / there,
        }
    return figures
