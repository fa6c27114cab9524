"""Forecast the HORIZON steps that follow each series of a table.

    python predict.py                    # of the data that this experiment has
    python predict.py new.csv            # of new data; writes predictions/new.csv
    python predict.py new.csv --run 002 --output forecasts.parquet

The best checkpoint of the latest run is used. The new file has the format and the columns
of the training data, with enough rows to look back on. A forecast begins behind the last
known value of its series: rows behind it may say what is known in advance, and where they
do not, the last value known is taken. The output has the series, the time and the
prediction of each step.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch
from torch.utils.data import DataLoader

# isort: split
from checkpoints import checkpoint_of, trained_model
from dataloader import (
    HISTORY,
    HORIZON,
    KNOWN_IN_ADVANCE,
    PAST,
    SERIES,
    TARGETS,
    clean_rows,
    clock,
    decode,
    get_dataloaders,
    lay_rows,
    read_rows,
    shape,
)
from encoding import inputs_of
from scoring import INFERENCE_ROWS, predict, quieten
from timeline import Grid, series_names
from timing import written
from windows import look

HERE = Path(__file__).resolve().parent

# ---- forecast windows ----------------------------------------------------------------

FEWEST_KNOWN = 0.5  # share of the history that a window has values of


# ---- save table ----------------------------------------------------------------------

FORMULA = r"^[=+\-@\t\r]"  # what a spreadsheet runs instead of showing it


def save_table(table: pl.DataFrame, path: Path, exact: bool = False) -> None:
    """Write as Parquet where the suffix says so, else as CSV.

    In CSV a text that a spreadsheet would take for a formula begins with an apostrophe,
    unless it must be `exact` for the program that reads it. Parquet has texts as they are.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        table.write_parquet(path)
        return
    if exact:
        table.write_csv(path)
        return
    names = without_formulas(pl.Series(table.columns, dtype=pl.String))
    cells = [without_formulas(column) for column in table]
    pl.DataFrame(dict(zip(names, cells, strict=True))).write_csv(path)


def without_formulas(column: pl.Series) -> pl.Series:
    """Texts of which none is a formula; what reads as a number stays one, -1 for one."""
    if column.dtype not in (pl.String, pl.Categorical, pl.Enum):
        return column
    texts = column.cast(pl.String)
    numbers = texts.cast(pl.Float64, strict=False).is_not_null()
    formulas = (texts.str.contains(FORMULA) & ~numbers).fill_null(False)
    return texts.zip_with(~formulas, "'" + texts)


# ---- series --------------------------------------------------------------------------


def parse_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("new_file", type=Path, nargs="?")
    parser.add_argument("--run", help="such as 002; the latest if not given")
    parser.add_argument("--output", type=Path, help="CSV, or Parquet by its suffix")
    return parser.parse_args()


def long_enough(grid: Grid) -> np.ndarray:
    """Numbers of the series with half of a history, int64.

    Raises:
        ValueError: there is none.
    """
    fit = []
    for series, end in enumerate(grid.first[1:] - HORIZON):
        begin = max(int(grid.first[series]), int(end) - HISTORY)
        known = int((~np.isnan(grid.target[begin : max(begin, end)])).sum())
        if known >= FEWEST_KNOWN * HISTORY:
            fit.append(series)
    if not fit:
        raise ValueError(
            f"expected a series with {HISTORY} steps of history, half of them known, "
            f"found none of {len(grid.begins)}. Give the file with more of the past."
        )
    return np.array(fit, dtype=np.int64)


def complete(table: pl.DataFrame) -> pl.DataFrame:
    """Clean rows with every column that training used; a covariate may be absent."""
    absent = [n for n in [*KNOWN_IN_ADVANCE, *PAST] if n not in table.columns]
    if absent:
        print(f"missing columns, taken as missing values: {absent}", file=sys.stderr)
    empty = [pl.lit(None, dtype=pl.String).alias(name) for name in absent]
    rows = clean_rows(table.with_columns(empty))
    target = rows[TARGETS[0]].alias("target")
    for name in KNOWN_IN_ADVANCE:
        if not (target.is_null() & rows[name].alias("cell").is_not_null()).any():
            print(
                f"no row behind the last {TARGETS[0]!r} has {name!r}: its last value is "
                "taken for what is to come",
                file=sys.stderr,
            )
    return rows


def forecast(table: pl.DataFrame, run: str | None) -> pl.DataFrame:
    """Series, time and prediction of the steps that follow the table."""
    names = series_names(table, SERIES)
    grid = lay_rows(table, names, ahead=HORIZON)
    fit = long_enough(grid)
    if left := [" · ".join(row) for i, row in enumerate(names.rows()) if i not in fit]:
        print(f"too short, left out: {left}", file=sys.stderr)
    encoder = get_dataloaders(num_workers=0)[0].dataset.encoder
    model = trained_model(checkpoint_of(run))
    cells = grid.first[fit + 1] - HORIZON
    whole = inputs_of(look(grid, shape(), cells, fit), encoder)
    pieces = torch.split(torch.arange(len(fit)), INFERENCE_ROWS)
    batches: Any = [
        {key: value[some] for key, value in whole.items()} for some in pieces
    ]
    made = decode(predict(model, DataLoader(batches, batch_size=None)))
    steps = (grid.steps(cells, fit)[:, None] + np.arange(HORIZON)).reshape(-1)
    known: pl.DataFrame = names[np.repeat(fit, HORIZON)]
    forecasts = pl.Series("prediction", made.reshape(-1))
    times = written(steps, clock())
    return pl.DataFrame([*(known[name] for name in SERIES), times, forecasts])


# ---- what is written -----------------------------------------------------------------


def without_clock(table: pl.DataFrame) -> pl.DataFrame:
    """The table with days for its times where all of these are whole days."""
    time = table["time"]
    if time.dtype == pl.Datetime and (time == time.dt.truncate("1d")).all():
        return table.with_columns(time.cast(pl.Date))
    return table


def main() -> int:
    """Forecast what follows one file."""
    options = parse_options()
    quieten()
    try:
        table = forecast(complete(read_rows(options.new_file)), options.run)
        name = options.new_file.stem if options.new_file else "next"
        path = options.output or HERE / "predictions" / f"{name}.csv"
        save_table(without_clock(table), path)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"rows: {len(table)}")
    print(f"predictions: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
