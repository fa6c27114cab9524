"""Metrics of numbers and of forecasts."""

from math import inf

from labwright.task.metric import Form, Metric, spelled

_NUMBERS: tuple[Form, ...] = ("regression",)
_FORECASTS: tuple[Form, ...] = ("regression", "forecast")

OF_NUMBERS = (
    Metric(
        name="mse",
        label="MSE",
        forms=_FORECASTS,
        needs="numbers",
        higher_is_better=False,
        range=(0, inf),
        description="Mean squared error, Σ (y - p)² / n, in the target's unit squared.",
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled(
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
        aliases=spelled("mean absolute scaled error, scaled mae"),
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
        aliases=spelled(
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
        aliases=spelled(
            "spearmanr, spearmans rho, spearman rho, rank correlation, spearman "
            "correlation, spearmans correlation, spearman corr, spearman rank "
            "correlation, spearmans rank correlation, spearman correlation "
            "coefficient, spearmans rank correlation coefficient, spearmans, "
            "spearman rank correlation coefficient"
        ),
    ),
)
