"""Tables that a person takes away."""

from pathlib import Path

import polars as pl

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
