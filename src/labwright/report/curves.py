"""Learning curves: losses, and the metric on validation, over the epochs."""

import polars as pl

from labwright.report.markup import Node
from labwright.report.svg import Scale, curve, dot, line, plot, scale_of, text

LOSSES = {"train_loss": "train", "val_loss": "val"}  # column: class of its line


def losses(curves: pl.DataFrame, best: int | None) -> Node | None:
    """Training and validation loss, the epoch that was kept marked."""
    return _draw(curves, LOSSES, best, "Loss")


def metric(curves: pl.DataFrame, best: int | None, name: str) -> Node | None:
    """The task's metric on validation rows, the epoch that was kept marked."""
    return _draw(curves, {"val_metric": "val"}, best, name)


def _draw(
    curves: pl.DataFrame, lines: dict[str, str], best: int | None, title: str
) -> Node | None:
    values = [
        v
        for column in lines
        if column in curves.columns
        for v in _values(curves, column)
    ]
    if not values:
        return None
    low, high = min(values), max(values)
    # a first epoch may be so far off that it would flatten all later ones
    skewed = low > 0 and high / low > 30
    y = scale_of(values, log=skewed)
    epochs = curves["epoch"].to_list()
    first, last = min(epochs), max(epochs)
    alone = first == last
    x = Scale(first - alone, last + alone, whole=True)
    marks = []
    if best is not None:
        marks += [
            line(x(best), 0, x(best), 100, "marker"),
            text(x(best), 0, f"kept: {best}", "tick middle", dy=-3),
        ]
    for column, class_ in lines.items():
        marks += _line(curves, column, class_, x, y, best)
    label = f"{title} over the epochs"
    y_title = "logarithmic" if skewed else ""
    return plot(x, y, *marks, label=label, x_title="Epoch", y_title=y_title)


def _line(
    curves: pl.DataFrame, column: str, class_: str, x: Scale, y: Scale, best: int | None
) -> list[Node]:
    """A curve, and a dot where the kept epoch lies on it; a single epoch is only a dot."""
    known = (
        curves.select("epoch", column).drop_nulls().filter(pl.col(column).is_finite())
    )
    points = [(x(epoch), 100 - y(value)) for epoch, value in known.iter_rows()]
    dots = [p for p, epoch in zip(points, known["epoch"], strict=True) if epoch == best]
    if len(points) == 1:
        dots = points
    return [
        curve(points, f"curve {class_}"),
        *(dot(*point, f"dot {class_}") for point in dots),
    ]


def _values(curves: pl.DataFrame, column: str) -> list[float]:
    known = curves[column].drop_nulls()
    return known.filter(known.is_finite()).to_list()
