"""Tables that a person takes away."""

from pathlib import Path

import polars as pl


def save_table(table: pl.DataFrame, path: Path) -> None:
    """Write as CSV, or as Parquet where the suffix says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        table.write_parquet(path)
    else:
        table.write_csv(path)
