"""How classes were told apart: confusion matrix, confused pairs, labels, ROC and calibration."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from labwright.report.markup import Node, node
from labwright.report.read import Pair
from labwright.report.rows import Row, bars
from labwright.report.svg import Scale, curve, dot, line, plot
from labwright.report.words import count

MATRIX_CLASSES = 20  # more are shown as the pairs that are confused most often
WRITTEN_CLASSES = 8  # up to these, cells have room for a share below the count
SHOWN_ROWS = 15
UNIT = Scale(0, 1)


def confusion(pair: Pair, classes: Sequence[str]) -> NDArray[np.int64]:
    """Counts (actual, predicted) over the classes in their order."""
    codes = {name: code for code, name in enumerate(classes)}
    actual, predicted = (
        column.cast(pl.String).replace_strict(codes, return_dtype=pl.Int64).to_numpy()
        for column in (pair.target, pair.prediction)
    )
    cells = np.bincount(actual * len(codes) + predicted, minlength=len(codes) ** 2)
    return cells.reshape(len(codes), len(codes))


def matrix(counts: NDArray[np.int64], classes: Sequence[str]) -> Node:
    """The confusion matrix: counts, shaded by and annotated with their share of the row."""
    totals = counts.sum(axis=1, keepdims=True)
    shares = counts / np.maximum(totals, 1)
    size = "few" if len(classes) <= WRITTEN_CLASSES else "many"
    heads = [
        node("th", node("span", name), scope="col", title=name) for name in classes
    ]
    corner = node(
        "td",
        node("span", "predicted \N{RIGHTWARDS ARROW}"),
        node("span", "actual \N{DOWNWARDS ARROW}"),
        class_="corner",
    )
    lines = [
        node(
            "tr",
            node("th", node("span", actual), scope="row", title=actual),
            *(
                _cell(
                    actual,
                    classes[column],
                    counts[row, column],
                    shares[row, column],
                    row == column,
                )
                for column in range(len(classes))
            ),
        )
        for row, actual in enumerate(classes)
    ]
    table = node(
        "table",
        node("thead", node("tr", corner, *heads)),
        node("tbody", *lines),
        class_=f"matrix {size}",
    )
    return node("div", table, class_="scroll")


def _cell(actual: str, predicted: str, number: int, share: float, right: bool) -> Node:
    """A cell; its tint is as strong as its share of the row."""
    written = node("small", f"{100 * share:.0f}\N{THIN SPACE}%") if number else None
    # where the text changes its colour to stay readable: in the dark scheme, and in both
    tint = " strong stronger" if share > 0.78 else " strong" if share > 0.58 else ""
    kind = ("right" if right else "wrong") + tint + ("" if number else " none")
    title = f"{count(int(number), 'row')} of class {actual} predicted as {predicted}: {share:.1%}"
    return node(
        "td",
        node("b", f"{number:,}"),
        written,
        class_=kind,
        title=title,
        style=f"--share:{share:.3f}",
    )


def confused_pairs(counts: NDArray[np.int64], classes: Sequence[str]) -> Node | None:
    """The pairs of classes that were confused most often, as a share of the actual class."""
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:SHOWN_ROWS]
    rows = []
    for actual, predicted in zip(*np.unravel_index(order, wrong.shape), strict=True):
        if (number := int(wrong[actual, predicted])) > 0:
            of = int(counts[actual].sum())
            name = f"{classes[actual]} \N{RIGHTWARDS ARROW} {classes[predicted]}"
            rows.append(Row(name, number, f"{number:,}", note=f"of {of:,}"))
    return bars(rows, axis="Rows predicted as the other class") if rows else None


def labels(pairs: Sequence[Pair]) -> Node:
    """F1 of each label, the most frequent first, with the rows that carry it."""
    rows = []
    for pair in pairs:
        actual, predicted = (
            column.cast(pl.Int64).to_numpy().astype(bool)
            for column in (pair.target, pair.prediction)
        )
        wrong = int((actual != predicted).sum())
        right = int((actual & predicted).sum())
        f1 = 2 * right / (2 * right + wrong) if right + wrong else 0.0
        rows.append(
            (
                int(actual.sum()),
                Row(
                    pair.name,
                    f1,
                    f"{f1:.3f}",
                    kind="model",
                    note=count(int(actual.sum()), "row"),
                ),
            )
        )
    rows.sort(key=lambda pair: -pair[0])
    return bars([row for _, row in rows[: 2 * SHOWN_ROWS]], axis="F1 of the label")


# ---- binary --------------------------------------------------------------------------


def roc_points(
    actual: NDArray[np.bool_], score: NDArray[np.float64]
) -> NDArray[np.float64]:
    """False and true positive rates (2, n) at every threshold, ties taken together (Fawcett, 2006)."""
    order = np.argsort(-score, kind="stable")
    last_of_tie = np.append(np.diff(score[order]) != 0, True)
    true = np.cumsum(actual[order])[last_of_tie]
    false = np.cumsum(~actual[order])[last_of_tie]
    rates = np.stack([false / max(false[-1], 1), true / max(true[-1], 1)])
    return np.hstack([np.zeros((2, 1)), rates])


def roc(actual: NDArray[np.bool_], score: NDArray[np.float64]) -> Node:
    """The ROC curve, with the diagonal that chance would give."""
    rates = roc_points(actual, score)
    kept = np.unique(
        np.linspace(0, rates.shape[1] - 1, 400).astype(int)
    )  # enough for the eye
    points = [(100 * false, 100 - 100 * true) for false, true in rates[:, kept].T]
    chance = line(0, 100, 100, 0, "marker")
    titles = {"x_title": "False positive rate", "y_title": "True positive rate"}
    return plot(
        UNIT,
        UNIT,
        chance,
        curve(points, "curve model"),
        label="ROC curve",
        shape="square",
        **titles,
    )


def calibration(
    actual: NDArray[np.bool_], score: NDArray[np.float64], bins: int = 10
) -> Node:
    """How often it was so against how likely it was said to be, in bins of equal size.

    Whiskers are 95 % Wilson intervals (Wilson, 1927).
    """
    marks = [line(0, 100, 100, 0, "marker")]
    order = np.argsort(score, kind="stable")
    for rows in np.array_split(order, min(bins, max(1, len(order) // 10))):
        said, share = float(score[rows].mean()), float(actual[rows].mean())
        low, high = wilson(share, len(rows))
        marks.append(
            line(
                100 * said,
                100 - 100 * low,
                100 * said,
                100 - 100 * high,
                "whisker model",
            )
        )
        marks.append(dot(100 * said, 100 - 100 * share, "dot model", radius=4.5))
    titles = {"x_title": "Predicted probability", "y_title": "Observed share"}
    return plot(UNIT, UNIT, *marks, label="Calibration", shape="square", **titles)


def wilson(share: float, rows: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share of `rows` (Wilson, 1927)."""
    centre = share + z * z / (2 * rows)
    half = z * np.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    scale = 1 + z * z / rows
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
