"""Every metric that a task may be judged by: facts only.

How each is computed stands in `labwright.parts.metrics`, under the canonical name.
"""

from dataclasses import dataclass
from math import inf
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


def _spelled(text: str) -> tuple[str, ...]:
    """The spellings in a list with commas."""
    return tuple(text.split(", "))


def _f1_aliases(average: str) -> tuple[str, ...]:
    """Spellings of an averaged F1: macro-F1, F1 score (macro-averaged) …"""
    qualifiers = (average, f"{average} average", f"{average} averaged")
    before = [f"{q} {f}" for q in qualifiers for f in ("f1", "f1 score", "f score")]
    after = [f"{f} {q}" for q in qualifiers for f in ("f1", "f1 score", "f score")]
    return (*after, *before, f"{average} avg f1", f"f1 {average} avg")


_CLASSES: tuple[Form, ...] = ("binary", "multiclass", "multilabel")
_ONE_CLASS: tuple[Form, ...] = ("binary", "multiclass")
_NUMBERS: tuple[Form, ...] = ("regression",)
_FORECASTS: tuple[Form, ...] = ("regression", "forecast")

_ALL = (
    Metric(
        name="accuracy",
        label="accuracy",
        forms=(*_CLASSES, "tags", "tokens"),
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="Share of rows whose class is right; of all labels with several "
        "labels a row, of all words with a tag a word.",
        aliases=_spelled(
            "acc, accuracy score, classification accuracy, accuracy rate, "
            "categorical accuracy, sparse categorical accuracy, binary accuracy, "
            "top 1 accuracy, percent correct, fraction correct"
        ),
    ),
    Metric(
        name="balanced_accuracy",
        label="balanced accuracy",
        forms=(*_ONE_CLASS, "tags"),
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="Mean over the classes of the share of their rows that are found "
        "(recall).",
        aliases=_spelled(
            "balanced acc, bal acc, bacc, balanced accuracy score, macro recall, "
            "recall macro, mean per class accuracy, uar, class balanced accuracy, "
            "unweighted average recall"
        ),
    ),
    Metric(
        name="f1",
        label="F1",
        forms=(*_CLASSES, "tags"),
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="2 · precision · recall / (precision + recall) of the positive "
        "class; with several classes or labels the same as macro_f1, with "
        "spans of words as span_f1.",
        aliases=_spelled(
            "f1 score, f score, f measure, f1 measure, f 1, f 1 score, binary f1, "
            "f1 binary, dice, dice score"
        ),
    ),
    Metric(
        name="macro_f1",
        label="macro F1",
        forms=(*_CLASSES, "tags"),
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="Mean of the classes' F1, each class counting the same.",
        aliases=_f1_aliases("macro"),
    ),
    Metric(
        name="micro_f1",
        label="micro F1",
        forms=(*_CLASSES, "tags"),
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="F1 of all decisions taken together; with one class a row equal to "
        "accuracy.",
        aliases=_f1_aliases("micro"),
    ),
    Metric(
        name="weighted_f1",
        label="weighted F1",
        forms=(*_CLASSES, "tags"),
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="Mean of the classes' F1, each weighted by its rows.",
        aliases=_f1_aliases("weighted"),
    ),
    Metric(
        name="precision",
        label="precision",
        forms=_CLASSES,
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="Share of the rows given the positive class that have it; with "
        "several classes or labels the mean over them.",
        aliases=_spelled("precision score, positive predictive value, ppv, prec"),
    ),
    Metric(
        name="recall",
        label="recall",
        forms=_CLASSES,
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="Share of the positive class's rows that are found; with several "
        "classes or labels the mean over them.",
        aliases=_spelled(
            "recall score, sensitivity, true positive rate, tpr, hit rate"
        ),
    ),
    Metric(
        name="roc_auc",
        label="ROC AUC",
        forms=_CLASSES,
        needs="probabilities",
        higher_is_better=True,
        range=(0, 1),
        description="Chance that a row of the class is ranked above one without it "
        "(area under the ROC curve); with several classes the mean of each "
        "against the rest.",
        aliases=_spelled(
            "auc, roc, auroc, roc auc score, auc roc, rocauc score, roc auc ovr, "
            "auc score, area under curve, area under roc, area under roc curve, auc "
            "roc score, c statistic, aucroc, area under receiver operating "
            "characteristic curve, area under receiver operating characteristic"
        ),
    ),
    Metric(
        name="average_precision",
        label="average precision",
        forms=_CLASSES,
        needs="probabilities",
        higher_is_better=True,
        range=(0, 1),
        description="Sum over thresholds of precision times the gain in recall: the "
        "area under the precision-recall curve; with several classes the "
        "mean of each.",
        aliases=_spelled(
            "ap, avg precision, average precision score, pr auc, auc pr, auprc, "
            "aucpr, prauc score, auprc score, precision recall auc, area under pr "
            "curve, area under precision recall curve"
        ),
    ),
    Metric(
        name="log_loss",
        label="log loss",
        forms=(*_CLASSES, "tokens"),
        needs="probabilities",
        higher_is_better=False,
        range=(0, inf),
        description="Mean of -ln(probability given to the true class), in nats.",
        aliases=_spelled(
            "logloss, logarithmic loss, neg log loss, negative log loss, cross "
            "entropy, cross entropy loss, crossentropy, nll, binary cross entropy, "
            "bce, categorical cross entropy, mlogloss, multiclass log loss, multi "
            "class log loss, multi logloss, negative log likelihood, binary log "
            "loss, logistic loss, multi class logarithmic loss, multiclass "
            "logarithmic loss, sparse categorical cross entropy"
        ),
    ),
    Metric(
        name="mcc",
        label="Matthews correlation",
        forms=_ONE_CLASS,
        needs="classes",
        higher_is_better=True,
        range=(-1, 1),
        description="Correlation of true and given classes (Matthews 1975, Gorodkin "
        "2004).",
        aliases=_spelled(
            "matthews, matthews correlation, matthews corrcoef, phi, matthews "
            "correlation coefficient, matthew correlation coefficient, matthews "
            "corr coef, phi coefficient, matthews cc"
        ),
    ),
    Metric(
        name="quadratic_kappa",
        label="quadratic kappa",
        forms=_ONE_CLASS,
        needs="classes",
        higher_is_better=True,
        range=(-1, 1),
        description="Cohen's kappa with weights (i - j)² between the i-th and the j-th "
        "class: agreement beyond chance on ordered classes (Cohen 1968).",
        aliases=_spelled(
            "qwk, quadratic weighted kappa, quadratic weighted kappa score, cohens "
            "kappa quadratic, cohen kappa quadratic, kappa quadratic, weighted "
            "kappa quadratic, quadratic cohens kappa, quadratic kappa, quadratic "
            "weighted cohens kappa, quadratically weighted kappa, cohens kappa with "
            "quadratic weights, quadratic cohen kappa"
        ),
    ),
    Metric(
        name="span_f1",
        label="span F1",
        forms=("tags",),
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="F1 of whole spans of words, such as names: right where both ends "
        "and the type are, as conlleval counts (Tjong Kim Sang & Buchholz 2000).",
        aliases=_spelled(
            "entity f1, entity level f1, span level f1, chunk f1, seqeval, seqeval f1, "
            "conlleval, conlleval f1, ner f1, named entity f1, entity f1 score, "
            "overall f1"
        ),
    ),
    Metric(
        name="exact_match",
        label="exact match",
        forms=("tags",),
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="Share of the rows (sentences) in which no word's tag is wrong.",
        aliases=_spelled(
            "sentence accuracy, exact match ratio, whole sentence accuracy"
        ),
    ),
    Metric(
        name="perplexity",
        label="perplexity",
        forms=("tokens",),
        needs="probabilities",
        higher_is_better=False,
        range=(1, inf),
        description="exp of the mean of -ln(probability given to the token that came): "
        "among how many equally likely tokens the model hesitates.",
        aliases=_spelled("ppl, perplexity score, token perplexity"),
    ),
    Metric(
        name="mse",
        label="MSE",
        forms=_FORECASTS,
        needs="numbers",
        higher_is_better=False,
        range=(0, inf),
        description="Mean squared error, Σ (y - p)² / n, in the target's unit squared.",
        aliases=_spelled(
            "mean squared error, mean square error, neg mean squared error, squared "
            "error, l2 loss, l2, negative mean squared error"
        ),
    ),
    Metric(
        name="rmse",
        label="RMSE",
        forms=_FORECASTS,
        needs="numbers",
        higher_is_better=False,
        range=(0, inf),
        description="Root of the mean squared error, in the target's unit.",
        aliases=_spelled(
            "root mean squared error, root mean square error, rmsd, rms error, neg "
            "root mean squared error, negative root mean squared error, root mean "
            "square deviation"
        ),
    ),
    Metric(
        name="rmsle",
        label="RMSLE",
        forms=_NUMBERS,
        needs="numbers",
        higher_is_better=False,
        range=(0, inf),
        description="Root of the mean of (ln(1 + y) - ln(1 + p))²; needs numbers above "
        "-1.",
        aliases=_spelled(
            "root mean squared log error, root mean squared logarithmic error, root "
            "mean square log error, root mean square logarithmic error, neg root "
            "mean squared log error"
        ),
    ),
    Metric(
        name="mae",
        label="MAE",
        forms=_FORECASTS,
        needs="numbers",
        higher_is_better=False,
        range=(0, inf),
        description="Mean absolute error, Σ |y - p| / n, in the target's unit.",
        aliases=_spelled(
            "mean absolute error, neg mean absolute error, absolute error, mean abs "
            "error, l1 loss, l1, negative mean absolute error, mean absolute "
            "deviation"
        ),
    ),
    Metric(
        name="mape",
        label="MAPE",
        forms=_FORECASTS,
        needs="numbers",
        higher_is_better=False,
        range=(0, inf),
        description="Mean of |y - p| / |y|, as a share: 0.1 is 10 %; needs numbers "
        "other than 0.",
        aliases=_spelled(
            "mean absolute percentage error, neg mean absolute percentage error, "
            "mean absolute percent error, mean abs percentage error, negative mean "
            "absolute percentage error"
        ),
    ),
    Metric(
        name="smape",
        label="sMAPE",
        forms=("forecast",),
        needs="numbers",
        higher_is_better=False,
        range=(0, 2),
        description="Mean of 2 |y - p| / (|y| + |p|), 0 where both are 0 (Makridakis "
        "1993).",
        aliases=_spelled(
            "symmetric mape, symmetric mean absolute percentage error, symmetric mean "
            "absolute percent error"
        ),
    ),
    Metric(
        name="mase",
        label="MASE",
        forms=("forecast",),
        needs="numbers",
        higher_is_better=False,
        range=(0, inf),
        description="Mean of |y - p| over the mean error of the seasonal naive forecast "
        "of the series in training (Hyndman & Koehler 2006).",
        aliases=_spelled("mean absolute scaled error, scaled mae"),
    ),
    Metric(
        name="r2",
        label="R²",
        forms=_FORECASTS,
        needs="numbers",
        higher_is_better=True,
        range=(-inf, 1),
        description="Share of the target's variance explained, 1 - Σ (y - p)² / Σ (y - "
        "mean y)².",
        aliases=_spelled(
            "r 2, r squared, r square, r2 score, rsq, rsquared score, coefficient "
            "of determination, r2score, explained r2"
        ),
    ),
    Metric(
        name="spearman",
        label="Spearman correlation",
        forms=_NUMBERS,
        needs="numbers",
        higher_is_better=True,
        range=(-1, 1),
        description="Correlation of the ranks of y and p (Spearman 1904).",
        aliases=_spelled(
            "spearmanr, spearmans rho, spearman rho, rank correlation, spearman "
            "correlation, spearmans correlation, spearman corr, spearman rank "
            "correlation, spearmans rank correlation, spearman correlation "
            "coefficient, spearmans rank correlation coefficient, spearmans, "
            "spearman rank correlation coefficient"
        ),
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
