"""What counting reaches on the same tokens: without it a result means nothing.

    predict_baselines(train, val, test, metric)["trigrams"]["val"]  # as decode() gives it

They see the same tokens as the model, of the training rows.
"""

from typing import NamedTuple

import numpy as np
import torch

# isort: split
from dataloader import Rows

AT_ONCE = 1_000  # rows that are read from the disk together

# ---- ngram ---------------------------------------------------------------------------


class Follows(NamedTuple):
    """How often tokens follow contexts, as sorted arrays."""

    vocabulary: int
    pairs: np.ndarray  # context * vocabulary + token of each pair that occurs, (P,)
    counts: np.ndarray  # of each pair, (P,)
    contexts: np.ndarray  # that occur, (C,)
    totals: np.ndarray  # counts of all pairs of a context, (C,)
    kinds: np.ndarray  # different tokens behind a context, (C,)
    discount: float


def count_follows(contexts: np.ndarray, tokens: np.ndarray, vocabulary: int) -> Follows:
    """The counts of contexts and the tokens behind them, each int64 (M,)."""
    pairs, counts = np.unique(contexts * vocabulary + tokens, return_counts=True)
    known, first, kinds = np.unique(
        pairs // vocabulary, return_index=True, return_counts=True
    )
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    discount = once / (once + 2 * twice) if once and twice else 0.75
    totals = np.add.reduceat(counts, first)
    return Follows(vocabulary, pairs, counts, known, totals, kinds, discount)


def found_in(values: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each of `values` stands in the sorted `keys`, and whether it does."""
    places = np.searchsorted(keys, values).clip(max=len(keys) - 1)
    return places, keys[places] == values


def probability(
    follows: Follows, contexts: np.ndarray, tokens: np.ndarray, lower: np.ndarray
) -> np.ndarray:
    """Of each token behind its context, float64 (M,); `lower` is that of lower order."""
    place, known = found_in(contexts, follows.contexts)
    pair, seen = found_in(contexts * follows.vocabulary + tokens, follows.pairs)
    total = follows.totals[place]
    count = np.where(seen, follows.counts[pair], 0)
    rest = follows.discount * follows.kinds[place] / total
    found = np.maximum(count - follows.discount, 0) / total + rest * lower
    return np.where(known, found, lower)


class Trigrams:
    """Counts of three, two and one token; a lower order counts different contexts."""

    def __init__(self, before: np.ndarray, tokens: np.ndarray, vocabulary: int) -> None:
        """Count tokens, int64 (M,), behind the two `before` each, (M, 2), nearest last."""
        self.vocabulary = vocabulary
        self.three = count_follows(self.context(before), tokens, vocabulary)
        last_two = self.three.pairs % vocabulary**2  # of each trigram that occurs
        middle, token = np.divmod(last_two, vocabulary)
        self.two = count_follows(middle, token, vocabulary)
        token = self.two.pairs % vocabulary
        self.one = count_follows(np.zeros_like(token), token, vocabulary)

    def context(self, before: np.ndarray) -> np.ndarray:
        """The two tokens as one number."""
        context: np.ndarray = before[:, 0] * self.vocabulary + before[:, 1]
        return context

    def probabilities(self, before: np.ndarray, tokens: np.ndarray) -> np.ndarray:
        """Of each token behind the two before it, float64 (M,)."""
        even = np.full(len(tokens), 1 / self.vocabulary)
        one = probability(self.one, np.zeros_like(tokens), tokens, even)
        two = probability(self.two, before[:, 1], tokens, one)
        return probability(self.three, self.context(before), tokens, two)

    def likeliest(self, before: np.ndarray) -> np.ndarray:
        """The token of the highest probability behind the two before it, int64 (M,).

        It has followed the whole context, or it is the likeliest of a lower order.
        """
        vocabulary = self.vocabulary
        overall = self.one.pairs[self.one.counts.argmax()] % vocabulary
        nearest = np.unique(before[:, 1])
        starts = np.array([[-1, token] for token in nearest])
        second = self.best(
            self.two, starts[:, 1], starts, np.full(len(starts), overall)
        )
        whole = np.unique(before, axis=0)
        lower = second[np.searchsorted(nearest, whole[:, 1])]
        third = self.best(self.three, self.context(whole), whole, lower)
        return third[np.searchsorted(self.context(whole), self.context(before))]

    def best(
        self,
        follows: Follows,
        contexts: np.ndarray,
        before: np.ndarray,
        lower: np.ndarray,
    ) -> np.ndarray:
        """Of the tokens that followed each context, and `lower`, the likeliest."""
        place, known = found_in(contexts, follows.contexts)
        first = np.searchsorted(follows.pairs, contexts * follows.vocabulary)
        many = np.where(known, follows.kinds[place], 0)
        owner = np.repeat(np.arange(len(contexts)), many)
        offset = np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many)
        tokens = follows.pairs[first[owner] + offset] % follows.vocabulary
        owners = np.concatenate([np.arange(len(contexts)), owner])
        tokens = np.concatenate([lower, tokens])
        chance = self.probabilities(before[owners], tokens)
        order = np.lexsort((chance, owners))  # the likeliest of each context is last
        last = np.flatnonzero(np.diff(owners[order], append=-1))
        chosen: np.ndarray = tokens[order][last]
        return chosen


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
