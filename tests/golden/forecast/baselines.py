"""What simple forecasts reach from the same moments: without them a result means nothing.

    predict_baselines(train, val, test, metric)["seasonal naive"]["val"]  # (N, HORIZON)

Each reads the same history as the model. Add a baseline of your own to FORECASTS.
"""

import numpy as np

# isort: split
from dataloader import HORIZON, Rows
from offset import again, last_season, linear
from windows import View

BY_MEDIAN = ("mae", "mape", "smape", "mase")  # metrics that the median serves better

# ---- forecasts -----------------------------------------------------------------------


def constant(train: Rows, rows: Rows, metric: str) -> tuple[str, np.ndarray]:
    """One number for each series, of all its values before val begins.

    A series without one gets that of all series.
    """
    name = "median" if metric in BY_MEDIAN else "mean"
    middle = np.nanmedian if metric in BY_MEDIAN else np.nanmean
    end = int(train.steps.max()) + HORIZON
    grid, known = train.grid, []
    for series, begin in enumerate(grid.first[:-1]):
        past = min(int(grid.first[series + 1]), int(begin + end - grid.begins[series]))
        known.append(np.array(grid.target[begin : max(past, begin)]))
    overall = float(middle(np.concatenate(known)))
    each = [
        float(middle(values)) if (~np.isnan(values)).any() else overall
        for values in known
    ]
    return name, np.repeat(np.array(each)[rows.series][:, None], HORIZON, axis=1)


def drift(view: View) -> np.ndarray:
    """The line through the first and the last known value of the history, scaled."""
    history = view["value"].shape[1]
    first = view["given"].argmax(axis=1)
    last = history - 1 - view["given"][:, ::-1].argmax(axis=1)
    rows = np.arange(len(first))
    start, end = view["value"][rows, first], view["value"][rows, last]
    slope = (end - start) / np.maximum(last - first, 1)
    ahead = np.arange(HORIZON) + (history - last)[:, None]
    line: np.ndarray = end[:, None] + slope[:, None] * ahead
    return line


# ---- predictions ---------------------------------------------------------------------


def predict_baselines(
    train: Rows, val: Rows, test: Rows | None, metric: str
) -> dict[str, dict[str, np.ndarray]]:
    """What each baseline, fitted on the training windows, forecasts in the other parts.

    Returns:
        For each baseline and part the forecasts in the target's own unit, (N, HORIZON).
    """
    parts = {"val": val} | ({} if test is None else {"test": test})
    fitted = train.encoder  # of which the regression is part, chosen or not
    made: dict[str, dict[str, np.ndarray]] = {}
    for part, rows in parts.items():
        view = rows.view(np.arange(len(rows)))
        scaled = {
            "last value": again(view, fitted),
            "seasonal naive": last_season(view, fitted),
            "drift": drift(view),
            "linear on lags": linear(view, fitted),
        }
        name, same = constant(train, rows, metric)
        made.setdefault(name, {})[part] = same
        centre, scale = view["centre"][:, None], view["scale"][:, None]
        for name, forecast in scaled.items():
            made.setdefault(name, {})[part] = forecast * scale + centre
    return made
