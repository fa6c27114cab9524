"""Batches of rows of similar length, so that little of a batch is padding."""

import torch
from torch import Tensor

# isort: split
from batches import RowOrder

POOL = 50  # batches among which rows are sorted by length

# ---- order ---------------------------------------------------------------------------


class LengthOrder(RowOrder):
    """The shuffle of RowOrder, sorted by length within pools of POOL batches.

    The batches come in a shuffled order. Which rows share a batch changes from epoch to
    epoch, as a function of seed and epoch alone.
    """

    def __init__(self, lengths: Tensor, batch_size: int, seed: int) -> None:
        super().__init__(len(lengths), batch_size, seed)
        self.lengths = lengths

    def batches(self) -> list[Tensor]:
        """The row numbers of each batch of the whole epoch, int64."""
        pools = torch.split(self.share(), POOL * self.batch_size)
        sorted_pools = [pool[self.lengths[pool].argsort(stable=True)] for pool in pools]
        batches = self.cut(torch.cat(sorted_pools))
        order = torch.randperm(len(batches), generator=self.generator())
        return [batches[number] for number in order]
