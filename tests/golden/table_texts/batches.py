"""Whole batches, in an order that is known, shared out by rank, and can be resumed."""

import math
import signal
from collections.abc import Callable, Iterator
from multiprocessing import Value
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler


class RowOrder(Sampler[Tensor]):
    """The row numbers of one batch after another.

    With a seed the order is shuffled, as a function of seed and epoch alone, and each rank
    of a distributed run gets its own share in equally many batches; without one every
    rank gets all rows in the prepared order.
    """

    def __init__(self, rows: int, batch_size: int, seed: int | None) -> None:
        self.rows, self.batch_size, self.seed = rows, batch_size, seed
        self.epoch = 0
        self.start = 0  # batches of this epoch that were used before an interruption
        self.rank, self.ranks = 0, 1
        if seed is not None and torch.distributed.is_initialized():
            self.rank = torch.distributed.get_rank()
            self.ranks = torch.distributed.get_world_size()

    def set_epoch(self, epoch: int) -> None:
        """Lightning calls this before each epoch; a new one is read from its start."""
        if epoch != self.epoch:
            self.epoch, self.start = epoch, 0

    def __len__(self) -> int:
        return math.ceil(math.ceil(self.rows / self.ranks) / self.batch_size)

    def generator(self) -> torch.Generator:
        """Of this epoch: a function of seed and epoch alone."""
        seed = (self.seed or 0) + 1_000_003 * self.epoch
        return torch.Generator().manual_seed(seed)

    def share(self) -> Tensor:
        """The row numbers that this rank reads in this epoch, in their order, int64."""
        if self.seed is None:
            return torch.arange(self.rows)
        order = torch.randperm(self.rows, generator=self.generator())
        return order[self.rank :: self.ranks]

    def cut(self, rows: Tensor) -> list[Tensor]:
        """The rows in batches, equally many on every rank."""
        batches = list(torch.split(rows, self.batch_size))
        if len(batches) < len(self):  # one row less than another rank: as many batches
            batches[-1:] = batches[-1].tensor_split(2)
        return batches

    def batches(self) -> list[Tensor]:
        """The row numbers of each batch of the whole epoch, int64."""
        return self.cut(self.share())

    def __iter__(self) -> Iterator[Tensor]:
        yield from self.batches()[self.start :]


class Augmented:
    """What is done to each batch before it is read, as a function of batch and epoch.

    The epoch lies in memory that is shared with the workers, which outlive an epoch.
    """

    def __init__(
        self, augment: Callable[[dict[str, Tensor], int], dict[str, Tensor]]
    ) -> None:
        self.augment = augment
        self.epoch = Value("q", 0)

    def __call__(self, batch: Any) -> dict[str, Tensor]:
        return self.augment(batch, self.epoch.value)


def leave_signals(worker: int) -> None:
    """Ctrl-C in a terminal reaches the workers too, and is for who trains."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


class BatchLoader(DataLoader[dict[str, Tensor]]):
    """A DataLoader whose dataset is indexed with the row numbers of a whole batch.

    That is 20 to 60 times faster than row after row. It knows its position, so that a
    checkpoint in the middle of an epoch goes on with the next batch. `augment` changes
    a batch as a function of the batch and of the epoch.
    """

    dataset: Any  # the recipe's Rows
    sampler: RowOrder

    def __init__(
        self,
        rows: Dataset[dict[str, Tensor]],
        order: RowOrder,
        num_workers: int = 0,
        augment: Callable[[dict[str, Tensor], int], dict[str, Tensor]] | None = None,
    ) -> None:
        augmented = Augmented(augment) if augment else None
        super().__init__(
            rows,
            batch_size=None,
            sampler=order,
            num_workers=num_workers,
            collate_fn=augmented,
            worker_init_fn=leave_signals,
            persistent_workers=num_workers > 0,
        )
        self.augmented = augmented
        self.used = 0  # batches of this epoch

    def __iter__(self) -> Any:  # of batches; DataLoader promises its own iterator class
        self.used = self.sampler.start
        if self.augmented:
            self.augmented.epoch.value = self.sampler.epoch
        for batch in super().__iter__():
            self.used += 1
            yield batch
        self.sampler.start = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the order of the next pass over the rows."""
        self.sampler.set_epoch(epoch)

    def state_dict(self) -> dict[str, Any]:
        """Where in which epoch the loader is."""
        return {"epoch": self.sampler.epoch, "used": self.used}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on behind the last batch that was used; behind a whole epoch, with the next."""
        self.sampler.epoch = state["epoch"]
        self.sampler.start = state["used"] % len(self.sampler)
