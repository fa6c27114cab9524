"""Which rows a Trainer reads while it trains: the loaders, and what validation looks at."""

from typing import Any

import pytorch_lightning as lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader

# isort: split
from dataloader import Rows, decode, get_dataloaders
from scoring import INFERENCE_ROWS, in_order, judge

NUM_WORKERS = 0  # processes that load batches; 0 where the arrays fit in memory
VALIDATE_AFTER = 8_192  # training rows, or an epoch if it is shorter; 8 times an epoch
VALIDATION_ROWS = 1_000  # that are looked at, or more on large data, or all


def inference_rows(batch_size: int) -> int:
    """Rows that fit into memory at once where no gradient is kept."""
    return min(INFERENCE_ROWS, 16 * batch_size)


class Data(lightning.LightningDataModule):
    """Loaders made when training starts, when a distributed run knows its ranks.

    Validation reads every row on every rank, or on large data evenly spaced ones: a
    quarter as many as the training rows since the last validation, which takes about a
    twelfth of the time. The final figures are of all rows.
    """

    def __init__(self, batch_size: int, train: Rows, val: Rows) -> None:
        super().__init__()
        self.batch_size, self.val = batch_size, val
        self.validations = max(1, min(8, len(train) // VALIDATE_AFTER))  # an epoch
        most = max(VALIDATION_ROWS, len(train) // self.validations // 4)
        spaced = torch.linspace(0, len(val) - 1, min(most, len(val)))
        self.looked_at = spaced.long()

    def train_dataloader(self) -> DataLoader[Any]:
        return get_dataloaders(self.batch_size, NUM_WORKERS)[0]

    def val_dataloader(self) -> DataLoader[Any]:
        return in_order(self.val, inference_rows(self.batch_size), self.looked_at)

    def judge(self, raw: Tensor) -> float:
        """The task's metric of the outputs for `looked_at`, or the first of them."""
        return judge(decode(raw), self.val.truth[self.looked_at.numpy()][: len(raw)])
