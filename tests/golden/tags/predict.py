"""Tag the words of new sentences with a trained model.

    python predict.py new.txt    # a sentence a line, its words between blanks
    python predict.py new.jsonl  # or any file of the form of the training data
    python predict.py new.conll --run 002 --output tagged.jsonl

The best checkpoint of the latest run is used. Tags need not be in the file. The output,
predictions/<name>.jsonl, has the words and the predicted tag of each; by its suffix
--output may be .conll or .parquet as well.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytorch_lightning as lightning
import torch
from torch.utils.data import DataLoader

# isort: split
from checkpoints import checkpoint_of, trained_model
from dataloader import (
    CLASSES,
    COLUMN,
    IDENTIFIERS,
    LIMIT,
    TARGETS,
    clean_rows,
    prepared_encoder,
    read_rows,
)
from scoring import predict, quieten
from stored import batch_of
from words import cut

HERE = Path(__file__).resolve().parent
WINDOWS_AT_ONCE = 64

# ---- rows ----------------------------------------------------------------------------


def parse_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("new_file", type=Path)
    parser.add_argument("--run", help="such as 002; the latest if not given")
    parser.add_argument("--output", type=Path, help=".jsonl, .conll or .parquet")
    return parser.parse_args()


def is_plain(path: Path) -> bool:
    """Whether a file holds sentences as plain text: named so, and without tags."""
    if path.suffix.lower() != ".txt":
        return False
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    widths = {len(line.split()) for line in lines if line.strip()}
    return len(widths) > 1 or "" not in lines  # tagged words are equally many a line


def new_rows(path: Path) -> pl.DataFrame:
    """The new sentences, cleaned, and the identifiers that are there.

    Raises:
        ValueError: there are no words.
    """
    if is_plain(path):
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        table = pl.DataFrame({COLUMN: [line.split() for line in lines]})
    else:
        table = read_rows(path)
    if COLUMN not in table.columns:
        raise ValueError(
            f"expected words in a column {COLUMN!r}, found {table.columns}. Give a file "
            "of the form of the training data, or .txt with a sentence a line."
        )
    absent = [name for name in IDENTIFIERS if name not in table.columns]
    table = table.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    rows = clean_rows(table, judged=False)
    rows = rows.filter(rows[COLUMN].alias("words").list.len() > 0)
    if rows.is_empty():
        raise ValueError(f"expected words in {path.name}, found none.")
    return rows


# ---- model ---------------------------------------------------------------------------


def tagged(model: lightning.LightningModule, rows: pl.DataFrame) -> list[list[str]]:
    """The predicted tag of every word."""
    fitted = prepared_encoder()["words"]
    windows = cut(rows, COLUMN, TARGETS, CLASSES, fitted, LIMIT)
    order = np.argsort([len(ids) for ids in windows.input], kind="stable").tolist()
    tags: list[list[str]] = [[] for _ in range(len(windows.row))]
    for first in range(0, len(order), WINDOWS_AT_ONCE):
        chosen = order[first : first + WINDOWS_AT_ONCE]
        batch: Any = [batch_of(windows, chosen)]
        kept = predict(model, DataLoader(batch, batch_size=None))
        numbers = kept.to(torch.int64).tolist()
        for window, row in zip(chosen, numbers, strict=True):
            tags[window] = [CLASSES[number] for number in row if number >= 0]
    found: list[list[str]] = [[] for _ in range(len(rows))]
    for row, of_window in zip(windows.row, tags, strict=True):  # in the words' order
        found[row] += of_window
    return found


# ---- what is written -----------------------------------------------------------------


def write(table: pl.DataFrame, path: Path) -> None:
    """As JSON Lines, or as CoNLL or Parquet where the suffix says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        table.write_parquet(path)
    elif path.suffix == ".conll":
        pairs = zip(table[COLUMN], table["prediction"], strict=True)
        sentences = (
            "".join(f"{word}\t{tag}\n" for word, tag in zip(words, tags, strict=True))
            for words, tags in pairs
        )
        path.write_text("\n".join(sentences), encoding="utf-8")
    else:
        table.write_ndjson(path)


def main() -> int:
    """Tag the words of one file."""
    options = parse_options()
    quieten()
    try:
        rows = new_rows(options.new_file)
        model = trained_model(checkpoint_of(options.run))
        table = rows.select(pl.selectors.by_name(*IDENTIFIERS, COLUMN)).with_columns(
            pl.Series("prediction", tagged(model, rows))
        )
        name = f"{options.new_file.stem}.jsonl"
        path = options.output or HERE / "predictions" / name
        write(table, path)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"sentences: {len(table)}")
    print(f"predictions: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
