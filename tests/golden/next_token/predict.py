"""How well a trained model predicts new texts, and how it goes on with one.

    python predict.py new.txt                    # a text a line: the perplexity of each
    python predict.py new.csv                    # or any file of the training data's form
    python predict.py --continue "Once upon a"   # the likeliest next tokens
    python predict.py --continue "Once upon a" --tokens 80 --temperature 0.8

The best checkpoint of the latest run is used. The perplexities are written to
predictions/<name>.csv; a continuation is printed.
"""

import argparse
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytorch_lightning as lightning
import torch
from tokenizers import Tokenizer
from torch.utils.data import DataLoader

# isort: split
from checkpoints import checkpoint_of, trained_model
from dataloader import (
    CLASSES,
    COLUMN,
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
WINDOWS_AT_ONCE = 16

# ---- bpe -----------------------------------------------------------------------------

END = 1  # the id of the end of a text

TEXTS_AT_ONCE = 10_000


def opened_bpe(fitted: str) -> Tokenizer:
    """The tokenizer; what it calls <end> is text where a text says so."""
    tokenizer = Tokenizer.from_str(fitted)
    tokenizer.encode_special_tokens = True
    return tokenizer


def ids_of_texts(texts: list[str], fitted: str) -> list[np.ndarray]:
    """The ids of each text, int64 (T,); none for an empty one."""
    tokenizer = opened_bpe(fitted)
    found: list[np.ndarray] = []
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        encoded = tokenizer.encode_batch_fast(texts[start : start + TEXTS_AT_ONCE])
        found += [np.array(one.ids, dtype=np.int64) for one in encoded]
    return found


def text_of_ids(ids: np.ndarray, fitted: str) -> str:
    """The text that ids stand for; bytes that are no character become U+FFFD.

    It begins with the blank that stands before every text, or word.
    """
    text: str = opened_bpe(fitted).decode(ids.tolist(), skip_special_tokens=True)
    return text


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


# ---- texts ---------------------------------------------------------------------------


def parse_options() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("new_file", nargs="?", type=Path)
    what.add_argument("--continue", dest="begun", metavar="TEXT")
    parser.add_argument("--run", help="such as 002; the latest if not given")
    parser.add_argument("--output", type=Path, help="CSV with the perplexities")
    parser.add_argument("--tokens", type=int, default=40, help="of a continuation")
    parser.add_argument(
        "--temperature", type=float, default=0.0, help="0 takes the likeliest token"
    )
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def new_rows(path: Path) -> pl.DataFrame:
    """The new texts, cleaned.

    Raises:
        ValueError: there is no text.
    """
    if path.suffix.lower() == ".txt":
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        table = pl.DataFrame({COLUMN: lines}, schema={COLUMN: pl.String})
    else:
        table = read_rows(path)
    absent = [name for name in TARGETS if name not in table.columns]
    if absent:
        raise ValueError(f"expected a column {COLUMN!r}, found {table.columns}.")
    rows = clean_rows(table.select(pl.selectors.by_name(COLUMN)), judged=False)
    rows = rows.filter(rows[COLUMN].alias("text").fill_null("") != "")
    if rows.is_empty():
        raise ValueError(f"expected texts in {path.name}, found none.")
    return rows


# ---- model ---------------------------------------------------------------------------


def perplexities(model: lightning.LightningModule, rows: pl.DataFrame) -> pl.DataFrame:
    """The tokens of each text and how well they were predicted."""
    fitted = prepared_encoder()["words"]
    windows = cut(rows, COLUMN, TARGETS, CLASSES, fitted, LIMIT)
    order = np.argsort([len(ids) for ids in windows.input], kind="stable").tolist()
    sums = np.zeros(len(windows.row))
    for first in range(0, len(order), WINDOWS_AT_ONCE):
        chosen = order[first : first + WINDOWS_AT_ONCE]
        batch: Any = [batch_of(windows, chosen)]
        scores = predict(model, DataLoader(batch, batch_size=None))
        sums[chosen] = scores[..., 0].sum(dim=1).numpy()
    counts = np.array([len(ids) for ids in windows.input])
    of_rows = (np.bincount(windows.row, weights=weight) for weight in (sums, counts))
    chance, tokens = (np.asarray(each) for each in of_rows)
    return pl.DataFrame(
        {
            COLUMN: rows[COLUMN],
            "tokens": tokens.astype(int),
            "log_probability": chance,
            "perplexity": np.exp(-chance / tokens),
        }
    )


@torch.no_grad()
def continued(model: lightning.LightningModule, options: argparse.Namespace) -> str:
    """A text and what comes next, token by token, up to the end that the model sees."""
    model.eval()
    fitted = prepared_encoder()["words"]
    generator = torch.Generator().manual_seed(options.seed)
    ids = [END, *ids_of_texts([options.begun], fitted)[0].tolist()]
    for _ in range(options.tokens):
        outputs = model(torch.tensor([ids[-LIMIT:]]))[0, -1]
        outputs[0] = -math.inf  # padding never comes
        if options.temperature > 0:
            chances = (outputs / options.temperature).softmax(dim=0)
            token = int(torch.multinomial(chances, 1, generator=generator))
        else:
            token = int(outputs.argmax())
        if token == END:
            break
        ids.append(token)
    return text_of_ids(np.array(ids), fitted).removeprefix(" ")


def main() -> int:
    """Judge the texts of one file, or go on with a text."""
    options = parse_options()
    quieten()
    try:
        model = trained_model(checkpoint_of(options.run))
        if options.begun is not None:
            print(continued(model, options))
            return 0
        table = perplexities(model, new_rows(options.new_file))
        name = f"{options.new_file.stem}.csv"
        path = options.output or HERE / "predictions" / name
        save_table(table, path)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    mean = float(table["log_probability"].sum()) / int(table["tokens"].sum())
    print(f"texts: {len(table)}")
    print(f"perplexity: {math.exp(-mean):.2f}")
    print(f"predictions: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
