"""From the steps of a few rows to a batch.

Called by dataloader.py; nothing here needs editing.
"""

import torch
from torch import Tensor

# ---- batches -------------------------------------------------------------------------


def as_input(steps: Tensor, mask: Tensor) -> dict[str, Tensor]:
    """Ids as int64 (B, T), vectors as float32 (B, T, C)."""
    whole = steps.float() if steps.is_floating_point() else steps.long()
    return {"input": whole, "mask": mask}


def batch_of(steps: list[Tensor]) -> dict[str, Tensor]:
    """`input` and `mask` of a few rows, padded to the longest of them."""
    lengths = torch.tensor([len(each) for each in steps])
    mask = torch.arange(max(1, int(lengths.max()))) < lengths[:, None]
    values = steps[0].new_zeros(*mask.shape, *steps[0].shape[1:])
    values[mask] = torch.cat(steps)
    return as_input(values, mask)
