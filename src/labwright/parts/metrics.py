"""Metrics, one function each: `metric(prediction, target) -> float`.

Three forms, told apart by the target: classes int64 (N,) with probabilities (N, C);
labels 0 or 1 (N, K) with their probabilities (N, K); numbers (N, K) with numbers (N, K),
both in the target's own unit. Of two classes the second is the positive one. A class is
chosen by the highest probability, a label by a probability above 0.5. A figure that the
rows do not determine (the ROC AUC of a single class) is NaN.
"""

from typing import Literal

import torch
from torch import Tensor
from torchmetrics.functional.classification import (
    binary_auroc,
    binary_average_precision,
    binary_f1_score,
    binary_precision,
    binary_recall,
    multiclass_cohen_kappa,
    multiclass_f1_score,
    multiclass_matthews_corrcoef,
    multiclass_precision,
    multiclass_recall,
    multilabel_accuracy,
    multilabel_exact_match,
    multilabel_f1_score,
    multilabel_precision,
    multilabel_recall,
)
from torchmetrics.functional.regression import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    r2_score,
    spearman_corrcoef,
)


def accuracy(prediction: Tensor, target: Tensor) -> float:
    """Share of rows whose class is right; of all labels with several labels a row."""
    if target.ndim == 1:
        return float((prediction.argmax(1) == target).double().mean())
    labels = prediction.shape[1]
    return float(
        multilabel_accuracy(prediction, target.long(), labels, average="micro")
    )


def balanced_accuracy(prediction: Tensor, target: Tensor) -> float:
    """Mean over the classes present of the share of their rows that are found."""
    classes = prediction.shape[1]
    found = multiclass_recall(prediction.argmax(1), target, classes, average="none")
    return float(found[torch.bincount(target, minlength=classes) > 0].mean())


def f1(prediction: Tensor, target: Tensor) -> float:
    """F1 of the positive class; with several classes or labels the same as macro_f1."""
    if target.ndim == 1 and prediction.shape[1] == 2:
        return float(binary_f1_score(prediction.argmax(1), target))
    return macro_f1(prediction, target)


def average_f1(
    prediction: Tensor,
    target: Tensor,
    average: Literal["macro", "micro", "weighted"],
) -> float:
    """F1 of classes or labels, averaged."""
    if target.ndim == 1:
        given, classes = prediction.argmax(1), prediction.shape[1]
        return float(multiclass_f1_score(given, target, classes, average=average))
    labels = prediction.shape[1]
    return float(
        multilabel_f1_score(prediction, target.long(), labels, average=average)
    )


def macro_f1(prediction: Tensor, target: Tensor) -> float:
    """Mean of the classes' F1, each class counting the same."""
    return average_f1(prediction, target, "macro")


def micro_f1(prediction: Tensor, target: Tensor) -> float:
    """F1 of all decisions together; with one class a row equal to accuracy."""
    return average_f1(prediction, target, "micro")


def weighted_f1(prediction: Tensor, target: Tensor) -> float:
    """Mean of the classes' F1, each weighted by its rows."""
    return average_f1(prediction, target, "weighted")


def precision(prediction: Tensor, target: Tensor) -> float:
    """Share of the rows given the positive class that have it; else a mean of classes."""
    classes = prediction.shape[1]
    if target.ndim == 2:
        return float(multilabel_precision(prediction, target.long(), classes))
    given = prediction.argmax(1)
    if classes == 2:
        return float(binary_precision(given, target))
    return float(multiclass_precision(given, target, classes))


def recall(prediction: Tensor, target: Tensor) -> float:
    """Share of the positive class's rows that are found; else a mean of classes."""
    classes = prediction.shape[1]
    if target.ndim == 2:
        return float(multilabel_recall(prediction, target.long(), classes))
    given = prediction.argmax(1)
    if classes == 2:
        return float(binary_recall(given, target))
    return float(multiclass_recall(given, target, classes))


def one_against_rest(prediction: Tensor, target: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Each class or label as a yes/no question, of those with rows of both answers.

    Returns:
        Probabilities (N,) and answers int64 (N,) of each question; two classes are one.
    """
    answers = target.long()
    if target.ndim == 1:
        answers = torch.nn.functional.one_hot(answers, prediction.shape[1])
        if prediction.shape[1] == 2:
            prediction, answers = prediction[:, 1:], answers[:, 1:]
    questions = zip(prediction.T, answers.T, strict=True)
    return [(p, yes) for p, yes in questions if 0 < yes.sum() < len(yes)]


def roc_auc(prediction: Tensor, target: Tensor) -> float:
    """Area under the ROC curve; the mean of each class against the rest."""
    areas = [binary_auroc(*pair) for pair in one_against_rest(prediction, target)]
    return float(sum(areas) / len(areas)) if areas else float("nan")


def average_precision(prediction: Tensor, target: Tensor) -> float:
    """Area under the precision-recall curve; the mean of each class against the rest."""
    pairs = one_against_rest(prediction, target)
    areas = [binary_average_precision(*pair) for pair in pairs]
    return float(sum(areas) / len(areas)) if areas else float("nan")


def log_loss(prediction: Tensor, target: Tensor) -> float:
    """Mean of -ln(probability given to what is true), which is held above 1e-7."""
    probability = prediction.double()
    if target.ndim == 1:
        true = probability.gather(1, target[:, None])
    else:
        true = torch.where(target > 0, probability, 1 - probability)
    return float(-true.clamp(min=1e-7).log().mean())


def mcc(prediction: Tensor, target: Tensor) -> float:
    """Correlation of true and given classes (Matthews, 1975; Gorodkin, 2004)."""
    classes = prediction.shape[1]
    given = prediction.argmax(1)
    figure = multiclass_matthews_corrcoef(given, target, classes)
    return float(figure)


def quadratic_kappa(prediction: Tensor, target: Tensor) -> float:
    """Cohen's kappa with weights (i - j)² between the i-th and j-th class (1968)."""
    given, classes = prediction.argmax(1), prediction.shape[1]
    return float(multiclass_cohen_kappa(given, target, classes, weights="quadratic"))


def mse(prediction: Tensor, target: Tensor) -> float:
    """Mean squared error, in the target's unit squared."""
    return float(mean_squared_error(prediction.double(), target.double()))


def rmse(prediction: Tensor, target: Tensor) -> float:
    """Root of the mean squared error of each target, in its unit; their mean."""
    outputs = target.shape[1]
    pair = prediction.double(), target.double()
    return float(mean_squared_error(*pair, squared=False, num_outputs=outputs).mean())


def rmsle(prediction: Tensor, target: Tensor) -> float:
    """The rmse of ln(1 + y); numbers below 0 count as 0."""
    return rmse(prediction.clamp(min=0).log1p(), target.clamp(min=0).log1p())


def mae(prediction: Tensor, target: Tensor) -> float:
    """Mean absolute error, in the target's unit."""
    return float(mean_absolute_error(prediction.double(), target.double()))


def mape(prediction: Tensor, target: Tensor) -> float:
    """Mean of |y - p| / |y|, as a share: 0.1 is 10 %."""
    return float(mean_absolute_percentage_error(prediction.double(), target.double()))


def r2(prediction: Tensor, target: Tensor) -> float:
    """Share of the variance explained; the mean over the targets."""
    if len(target) < 2:
        return float("nan")
    return float(r2_score(prediction.double(), target.double()))


def spearman(prediction: Tensor, target: Tensor) -> float:
    """Correlation of the ranks of truth and prediction; the mean over the targets."""
    return float(spearman_corrcoef(prediction.double(), target.double()).mean())


def more_about_classes(prediction: Tensor, target: Tensor) -> dict[str, float]:
    """What else a reader wants to know of a classification."""
    metrics = (accuracy, balanced_accuracy, macro_f1, roc_auc, log_loss)
    return {metric.__name__: metric(prediction, target) for metric in metrics}


def more_about_labels(prediction: Tensor, target: Tensor) -> dict[str, float]:
    """What else a reader wants to know of a multi-label classification."""
    metrics = (accuracy, macro_f1, micro_f1, roc_auc, log_loss)
    figures = {metric.__name__: metric(prediction, target) for metric in metrics}
    labels = prediction.shape[1]
    figures["exact_match"] = float(
        multilabel_exact_match(prediction, target.long(), labels)
    )
    return figures


def more_about_numbers(prediction: Tensor, target: Tensor) -> dict[str, float]:
    """What else a reader wants to know of a regression."""
    metrics = (rmse, mae, r2, spearman)
    return {metric.__name__: metric(prediction, target) for metric in metrics}
