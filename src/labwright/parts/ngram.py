"""What comes next by the two tokens before: interpolated Kneser-Ney trigrams.

Kneser and Ney (1995), in the interpolated form of Chen and Goodman (1999), with one
discount for each order, n1 / (n1 + 2 n2) of the counts of one and two.
"""

from typing import NamedTuple

import numpy as np


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
