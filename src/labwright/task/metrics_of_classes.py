"""Metrics of classes, labels, tags and tokens."""

from math import inf

from labwright.task.metric import Form, Metric, f1_aliases, spelled

_CLASSES: tuple[Form, ...] = ("binary", "multiclass", "multilabel")
_ONE_CLASS: tuple[Form, ...] = ("binary", "multiclass")

OF_CLASSES = (
    Metric(
        name="accuracy",
        label="accuracy",
        forms=(*_CLASSES, "tags", "tokens"),
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="Share of rows whose class is right; of all labels with several "
        "labels a row, of all words with a tag a word.",
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=f1_aliases("macro"),
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
        aliases=f1_aliases("micro"),
    ),
    Metric(
        name="weighted_f1",
        label="weighted F1",
        forms=(*_CLASSES, "tags"),
        needs="classes",
        higher_is_better=True,
        range=(0, 1),
        description="Mean of the classes' F1, each weighted by its rows.",
        aliases=f1_aliases("weighted"),
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
        aliases=spelled("precision score, positive predictive value, ppv, prec"),
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
        aliases=spelled("recall score, sensitivity, true positive rate, tpr, hit rate"),
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
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled("ppl, perplexity score, token perplexity"),
    ),
)
