"""What is kept of outputs at every step: of each word its tag, of each token its chance.

Batches carry `places`, int64 (B, W): the steps whose outputs are judged, -1 behind the
last; W is the same for all rows of a part.
"""

import numpy as np
import torch
from torch import Tensor

from labwright.parts.spans import NO_TAG, coded_tags


def codes_of_words(outputs: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """The number of the likeliest tag of each word, float32 (B, W); -100 is no word."""
    places = batch["places"]
    likeliest = outputs.argmax(dim=-1)  # (B, T)
    codes = likeliest.gather(1, places.clamp(min=0))
    return codes.masked_fill(places < 0, -100).float()


def scores_of_tokens(outputs: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Log-probability of the token that came, and whether it was the likeliest.

    Returns:
        float32 (B, W, 2); 0 where no token is judged.
    """
    places, target = batch["places"], batch["target"].clamp(min=0)
    chance = outputs.gather(2, target[..., None])[..., 0] - outputs.logsumexp(dim=-1)
    hit = outputs.argmax(dim=-1) == target  # (B, T)
    scores = torch.stack([chance, hit.to(chance)], dim=-1)  # (B, T, 2)
    kept = scores.gather(1, places.clamp(min=0)[..., None].expand(-1, -1, 2))
    return kept.masked_fill(places[..., None] < 0, 0)


def decode_tags(raw: Tensor, classes: list[str]) -> np.ndarray:
    """Numbers of tags, float (N, W), as codes of spans.py, int64 (N, W)."""
    numbers = raw.long().numpy()
    codes: np.ndarray = np.append(coded_tags(classes), NO_TAG)[np.maximum(numbers, -1)]
    return codes


def decode_tokens(raw: Tensor, classes: list[str]) -> np.ndarray:
    """Log-probabilities and hits, (N, W, 2), as they are."""
    scores: np.ndarray = raw.numpy()
    return scores
