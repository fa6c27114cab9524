"""What the model relies on: permutation importance (Breiman, 2001)."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor


def permutation_importance(
    score: Callable[[Tensor, Tensor], float],
    input: Tensor,
    mask: Tensor,
    features: list[int],
    seed: int = 0,
) -> list[float]:
    """How much worse the score gets when a feature's values are dealt to other rows.

    Args:
        score: Of input and mask; higher is better.
        input: (N, F) or (N, F, 1).
        mask: Of the shape (N, F).
        features: Columns to look at, each permuted alone, together with its mask.
        seed: Of the permutations.

    Returns:
        The loss of score for each of `features`; about 0 or below for what is not used.
    """
    whole = score(input, mask)
    rng = np.random.default_rng(seed)
    losses = []
    for feature in features:
        dealt = torch.from_numpy(rng.permutation(len(input)))
        other, other_mask = input.clone(), mask.clone()
        other[:, feature] = input[dealt, feature]
        other_mask[:, feature] = mask[dealt, feature]
        losses.append(whole - score(other, other_mask))
    return losses
