"""What the words tell: which give the target away, and which the model relies on.

Written into results.json by train.py; nothing here needs editing.
"""

import re
from typing import Any

import numpy as np
import polars as pl
import pytorch_lightning as lightning
import torch
from sklearn.feature_extraction.text import CountVectorizer
from torch import Tensor
from torch.utils.data import DataLoader

# isort: split
from dataloader import TEXTS, Rows, decode, encode_rows, get_dataloaders
from padding import batch_of
from scoring import HIGHER_IS_BETTER, INFERENCE_ROWS, judge, predict

WORDS = 20  # that are left out, one after the other
IMPORTANCE_ROWS = 500  # validation rows at most, evenly spaced

# ---- word leaks ----------------------------------------------------------------------

WORD_NEAR = 0.9  # a figure from which a word is named
LEAST_SHARE = 0.002  # of the texts that have a word
LEAST_TEXTS = 10  # that have it, and that have it not
MOST_WORDS = 20_000
SCANNED_TEXTS = 100_000  # at most, evenly spaced


def words_in(texts: list[str]) -> tuple[list[str], Any]:
    """The words that are neither rare nor everywhere, and which text has which.

    Returns:
        The words, and a sparse matrix of 0 and 1, float64 (N, words).
    """
    least = max(LEAST_TEXTS, int(LEAST_SHARE * len(texts)))
    model = CountVectorizer(
        binary=True, token_pattern=r"\w+", max_features=MOST_WORDS, dtype=np.float64
    )
    try:
        has = model.fit_transform(texts).tocsc()
    except ValueError:  # not one word
        return [], None
    count = np.asarray(has.sum(axis=0))[0]
    kept = np.flatnonzero((count >= least) & (count <= len(texts) - LEAST_TEXTS))
    names = model.get_feature_names_out()
    return [str(names[word]) for word in kept], has[:, kept]


def word_figures(texts: list[str], target: np.ndarray) -> tuple[list[str], np.ndarray]:
    """How far the presence of each word alone tells the target, 0 to 1.

    Args:
        texts: One for each row.
        target: Classes, int64 (N,); labels of 0 and 1, or numbers, float (N, K).

    Returns:
        The words, and for each the greatest figure over classes, labels or numbers,
        float64 (words, 1 or K): for classes and labels the ROC AUC of one against the
        rest, for numbers the absolute correlation with their ranks.
    """
    names, has = words_in(texts)
    if not names:
        return [], np.zeros((0, 1))
    if target.ndim == 1:
        target = (target[:, None] == np.unique(target)).astype(float)
    count = np.asarray(has.sum(axis=0))[0][:, None]  # (words, 1)
    together = np.asarray(has.T @ target)  # (words, K)
    rows = len(texts)
    if np.isin(target, (0, 1)).all():
        ones = target.sum(axis=0)
        inside = together / np.maximum(ones, 1)
        outside = (count - together) / np.maximum(rows - ones, 1)
        return names, 0.5 + abs(inside - outside) / 2
    ranks = target.argsort(axis=0).argsort(axis=0).astype(float)
    ranks = (ranks - ranks.mean(axis=0)) / np.maximum(ranks.std(axis=0), 1e-9)
    share = count / rows
    spread = np.sqrt(share * (1 - share))
    return names, abs(np.asarray(has.T @ ranks)) / rows / np.maximum(spread, 1e-9)


def telling_words(
    texts: list[str], target: np.ndarray, most: int
) -> list[tuple[str, float]]:
    """The `most` words that tell most of the target by themselves, with the figure."""
    few = slice(None, None, max(1, len(texts) // SCANNED_TEXTS))
    names, figures = word_figures(texts[few], target[few])
    if not names:
        return []
    best = figures.max(axis=1)
    order = np.lexsort((np.array(names), -best.round(9)))[:most]
    return [(names[word], float(best[word])) for word in order]


def word_give_aways(texts: list[str], target: np.ndarray) -> list[dict[str, Any]]:
    """Words that nearly give the target away, the strongest first."""
    binary = target.ndim == 1 or bool(np.isin(target, (0, 1)).all())
    measure = "ROC AUC of its presence" if binary else "rank correlation"
    return [
        {"column": f"the word {word!r}", "measure": measure, "figure": round(figure, 4)}
        for word, figure in telling_words(texts, target, 20)
        if figure >= WORD_NEAR
    ]


# ---- tf idf --------------------------------------------------------------------------


def joined_texts(table: pl.DataFrame, columns: list[str]) -> list[str]:
    """The texts of each row, one behind the other; "" where there is none."""
    texts = [table[name].alias(str(i)).fill_null("") for i, name in enumerate(columns)]
    whole = pl.DataFrame(texts).select(pl.concat_str(pl.all(), separator="\n"))
    return [str(text).strip() for text in whole.to_series()]


# ---- give-aways ----------------------------------------------------------------------


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """Words of the training texts that nearly give the target away by themselves."""
    return word_give_aways(joined_texts(train.table, TEXTS), train.truth)


# ---- importance ----------------------------------------------------------------------


def pattern_of(word: str) -> str:
    """What finds a word of a text, however it is cased."""
    return rf"(?i)\b{re.escape(word)}\b"


def having(table: pl.DataFrame, word: str) -> np.ndarray:
    """Numbers of the rows whose texts have a word."""
    cells = pl.selectors.by_name(TEXTS).str.contains(pattern_of(word)).fill_null(False)
    return np.flatnonzero(table.select(pl.any_horizontal(cells)).to_series().to_numpy())


def without(table: pl.DataFrame, word: str) -> pl.DataFrame:
    """The rows with a word taken out of their texts."""
    cells = pl.selectors.by_name(TEXTS)
    return table.with_columns(cells.str.replace_all(pattern_of(word), ""))


def outputs(model: lightning.LightningModule, table: pl.DataFrame, size: int) -> Tensor:
    """Raw outputs of the model for clean rows, float32 (N, output_dim)."""
    steps = encode_rows(table)
    order = torch.tensor([len(each) for each in steps]).argsort(stable=True)
    some = [order[start : start + size] for start in range(0, len(order), size)]
    batches: Any = [batch_of([steps[i] for i in rows.tolist()]) for rows in some]
    raw = predict(model, DataLoader(batches, batch_size=None))
    return raw[order.argsort()]


def importance(
    model: lightning.LightningModule, val: Rows, size: int = INFERENCE_ROWS
) -> list[dict[str, Any]]:
    """How much the metric loses when a word is left out, on validation rows.

    The words are those that tell most of the target in the training texts; "texts" says
    in how many of the rows a word is, for what is rare can cost only little.
    """
    train = get_dataloaders(num_workers=0)[0].dataset
    told = telling_words(joined_texts(train.table, TEXTS), train.truth, WORDS)
    chosen = torch.linspace(0, len(val) - 1, min(IMPORTANCE_ROWS, len(val))).long()
    table, truth = val.table[chosen.numpy()], val.truth[chosen.numpy()]
    rows = {word: found for word, _ in told if len(found := having(table, word))}
    if not rows:
        return []
    raw = outputs(model, table, size)
    changed = [without(table[found], word) for word, found in rows.items()]
    anew = outputs(model, pl.concat(changed), size)
    sign = 1 if HIGHER_IS_BETTER else -1
    whole = judge(decode(raw), truth)
    losses = []
    for (word, found), part in zip(
        rows.items(), torch.split(anew, [len(each) for each in changed]), strict=True
    ):
        left = raw.clone()
        left[torch.from_numpy(found)] = part
        drop = sign * (whole - judge(decode(left), truth))
        losses.append({"column": word, "drop": drop, "texts": len(found)})
    return sorted(losses, key=lambda each: -float(each["drop"]))
