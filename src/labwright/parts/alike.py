"""Whether what is encoded anew is what was prepared."""

import torch
from torch import Tensor

NEARLY = 0.02  # of a vector's value, and beside 0


def nearly(anew: dict[str, Tensor], prepared: dict[str, Tensor]) -> dict[str, Tensor]:
    """What is encoded anew, but for last digits, which are those of what is prepared.

    They depend on which rows an encoder reads together, and on the device.
    """
    found = dict(anew)
    old, new = prepared["input"], anew["input"]
    if old.shape == new.shape:
        same = torch.isclose(new, old, rtol=NEARLY, atol=NEARLY)
        found["input"] = torch.where(same, old, new)
    return found
