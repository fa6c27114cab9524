"""Rows of different length behind each other in one array, read as they are needed."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor


def save_ragged(path: Path, rows: Iterable[np.ndarray]) -> None:
    """Write rows (T, …), each of its own length T, as `path`.npy and `path`_ends.npy.

    Raises:
        ValueError: there is no row.
    """
    arrays = [np.asarray(row) for row in rows]
    if not arrays:
        raise ValueError(f"expected at least one row for {path.name}, found none.")
    np.save(path.with_name(f"{path.name}.npy"), np.concatenate(arrays))
    ends = np.cumsum([len(array) for array in arrays], dtype=np.int64)
    np.save(path.with_name(f"{path.name}_ends.npy"), ends)


class Ragged:
    """What `save_ragged` wrote; the values stay on the disk until they are used.

    Attributes:
        lengths: Steps of each row, int64 (N,).
    """

    def __init__(self, path: Path) -> None:
        self.values = np.load(path.with_name(f"{path.name}.npy"), mmap_mode="r")
        ends = np.load(path.with_name(f"{path.name}_ends.npy"))
        self.starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
        self.lengths = ends - self.starts

    def __len__(self) -> int:
        return len(self.starts)

    def padded(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Some rows, padded with 0 behind their end to the longest of them.

        Returns:
            The values (B, T, …) and a mask, bool (B, T), False behind the end of a row.
            T is at least 1.
        """
        numbers = rows.numpy()
        lengths = self.lengths[numbers]
        steps = np.arange(max(1, lengths.max(initial=0)))
        known = steps < lengths[:, None]  # (B, T)
        places = self.starts[numbers][:, None] + steps
        values = np.zeros((*known.shape, *self.values.shape[1:]), self.values.dtype)
        values[known] = self.values[places[known]]
        return torch.from_numpy(values), torch.from_numpy(known)
