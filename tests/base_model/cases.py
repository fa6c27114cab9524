"""Small models of each kind, and inputs that suit them."""

from typing import Any

import torch
from torch import Tensor

SMALL = {"d_model": 32, "num_layers": 2, "num_heads": 4, "dropout": 0.0}
CARDINALITIES = [0, 5, 0, 0, 3]  # categories may stand anywhere


def features(rows: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """`input` and `mask` (rows, 5) as CARDINALITIES describes them."""
    torch.manual_seed(seed)
    input = torch.rand(rows, 5) * 2 - 1
    input[:, 1] = torch.randint(1, 5, (rows,))
    input[:, 4] = torch.randint(1, 3, (rows,))
    mask = torch.rand(rows, 5) > 0.2
    return input.masked_fill(~mask, 0), mask


def case(
    kind: str, rows: int = 6, steps: int = 7
) -> tuple[dict[str, Any], Tensor, Tensor]:
    """Arguments of a model of this kind, and `input` and `mask` that suit it."""
    if kind == "features":
        input, mask = features(rows)
        return (
            {"input_dim": 5, "kind": kind, "cardinalities": CARDINALITIES},
            input,
            mask,
        )
    torch.manual_seed(0)
    mask = torch.rand(rows, steps) > 0.3
    if kind == "tokens":
        input = torch.randint(1, 11, (rows, steps)).masked_fill(~mask, 0)
        return {"input_dim": 11, "kind": kind}, input, mask
    channels = 1 if kind == "plain" else 3
    input = torch.randn(rows, steps, channels) * mask[..., None]
    return {"input_dim": channels, "kind": "vectors"}, input, mask


KINDS = ["features", "vectors", "plain", "tokens"]
