"""What counting reaches on the same tokens: without it a result means nothing.

    predict_baselines(train, val, test, metric)["trigrams"]["val"]  # as decode() gives it

They see the same tokens as the model, of the training rows.
"""

import numpy as np
import torch

from labwright.parts.ngram import Trigrams
from labwright.recipes.tags.dataloader import Rows

AT_ONCE = 1_000  # rows that are read from the disk together

# ---- tokens --------------------------------------------------------------------------


def tokens_of(rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every token to predict and the two before it, in the order of rows and places.

    Returns:
        The two before, int64 (M, 2), the nearest last, and at the start of a row its
        first token twice; the tokens, int64 (M,); where they stand in (N, W), bool.
    """
    before, tokens = [], []
    for some in torch.split(torch.arange(len(rows)), AT_ONCE):
        batch = rows[some]
        input, known = batch["input"], batch["mask"]
        earlier = torch.cat([input[:, :1], input[:, :-1]], dim=1)
        before.append(torch.stack([earlier, input], dim=2)[known])
        tokens.append(batch["target"][known])
    return torch.cat(before).numpy(), torch.cat(tokens).numpy(), rows.truth != -100


# ---- predictions ---------------------------------------------------------------------


def scores(chance: np.ndarray, hit: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Log-probabilities and hits (M,) at their places, float32 (N, W, 2)."""
    placed = np.zeros((*where.shape, 2), dtype=np.float32)
    placed[where] = np.stack([np.log(chance), hit], axis=1)
    return placed


def predict_baselines(
    train: Rows, val: Rows, test: Rows | None, metric: str
) -> dict[str, dict[str, np.ndarray]]:
    """What each baseline, counted on the training rows, gives the tokens of other parts.

    Returns:
        For each baseline and part log-probabilities and hits, float32 (N, W, 2).
    """
    before, tokens, _ = tokens_of(train)
    counts = np.bincount(tokens, minlength=train.input_dim) + 1.0  # of each token
    trigrams = Trigrams(before, tokens, train.input_dim)
    made: dict[str, dict[str, np.ndarray]] = {"frequency": {}, "trigrams": {}}
    for part, rows in {"val": val, "test": test}.items():
        if rows is None:
            continue
        before, tokens, where = tokens_of(rows)
        alone = (counts / counts.sum())[tokens]
        made["frequency"][part] = scores(alone, tokens == counts.argmax(), where)
        chance = trigrams.probabilities(before, tokens)
        hit = trigrams.likeliest(before) == tokens
        made["trigrams"][part] = scores(chance, hit, where)
    return made
