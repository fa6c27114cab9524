"""How well each row was predicted, as a table that people and programs read.

runs/<n>/predictions.parquet is of the test part, or of validation under --no-test. A long
text is there in several stretches. examples.json has some of them for the report.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from tokenizers import Tokenizer

# isort: split
from dataloader import IDENTIFIERS, Rows

EXAMPLES = 12  # rows, evenly spaced
MOST_TOKENS = 120  # of an example

# ---- bpe -----------------------------------------------------------------------------


def opened_bpe(fitted: str) -> Tokenizer:
    """The tokenizer; what it calls <end> is text where a text says so."""
    tokenizer = Tokenizer.from_str(fitted)
    tokenizer.encode_special_tokens = True
    return tokenizer


def text_of_ids(ids: np.ndarray, fitted: str) -> str:
    """The text that ids stand for; bytes that are no character become U+FFFD.

    It begins with the blank that stands before every text, or word.
    """
    text: str = opened_bpe(fitted).decode(ids.tolist(), skip_special_tokens=True)
    return text


# ---- predictions.parquet -------------------------------------------------------------


def write_predictions(run: Path, rows: Rows, prediction: np.ndarray) -> None:
    """A row for each evaluated row: its number, its tokens' mean log-probability, hits."""
    known = rows.truth != -100
    count = known.sum(axis=1)
    table = pl.DataFrame(
        {
            "row": rows.ids,
            "tokens": count,
            "log_probability": prediction[..., 0].sum(axis=1) / count,
            "hits": prediction[..., 1].sum(axis=1).astype(np.int64),
        }
    )
    ids = [
        rows.table[name][rows.stored.row]
        for name in IDENTIFIERS
        if name not in table.columns
    ]
    whole = pl.concat([table, pl.DataFrame(ids)], how="horizontal")
    whole.write_parquet(run / "predictions.parquet")
    shown = {"texts": examples(rows, prediction)}
    (run / "examples.json").write_text(json.dumps(shown, ensure_ascii=False))


def examples(rows: Rows, prediction: np.ndarray) -> list[dict[str, Any]]:
    """Some rows as plain data: each token's text and the chance that it was given."""
    chosen = np.linspace(0, len(rows) - 1, min(EXAMPLES, len(rows))).astype(int)
    fitted = rows.encoder["words"]
    found = []
    for number in chosen:
        tokens = rows.truth[number][rows.truth[number] != -100][:MOST_TOKENS]
        texts = [text_of_ids(tokens[i : i + 1], fitted) for i in range(len(tokens))]
        chances = np.exp(prediction[number, : len(tokens), 0].astype(float))
        found.append(
            {
                "row": int(rows.ids[number]),
                "tokens": texts,
                "chance": [round(float(chance), 4) for chance in chances],
            }
        )
    return found
