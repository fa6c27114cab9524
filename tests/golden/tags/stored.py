"""How windows of sub-words lie in data/prepared, and how batches are made of them.

Called by dataloader.py; nothing here needs editing.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

RAGGED = ("input", "target", "places")  # of each window as long as it is

# ---- ragged --------------------------------------------------------------------------


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


# ---- to the disk ---------------------------------------------------------------------


def same_length(rows: list[np.ndarray], width: int, filling: int) -> np.ndarray:
    """Rows (T, …) of different length as int64 (N, width, …), `filling` behind each."""
    whole = np.full((len(rows), width, *rows[0].shape[1:]), filling)
    for i, row in enumerate(rows):
        whole[i, : len(row)] = row
    return whole


def store(path: Path, windows: Any, by_length: bool) -> np.ndarray:
    """Write windows, as cut() makes them, and return their order, int64 (N,).

    Sorted by length there is little padding, where the order does not matter.
    """
    order = np.arange(len(windows.row))
    if by_length:
        order = np.argsort([len(ids) for ids in windows.input], kind="stable")
    for name in RAGGED:
        rows = getattr(windows, name)
        save_ragged(path.with_name(f"{path.name}_{name}"), (rows[i] for i in order))
    width = max(len(row) for row in windows.truth)
    arrays = {
        "truth": same_length([windows.truth[i] for i in order], width, -100),
        "row": windows.row[order],
        "start": windows.start[order],
    }
    for name, array in arrays.items():
        np.save(path.with_name(f"{path.name}_{name}.npy"), array)
    return order


# ---- and back ------------------------------------------------------------------------


class Stored:
    """What `store` wrote: windows that are read from the disk as they are needed.

    Attributes:
        truth: What is true at each judged place, int64 (N, W), -100 behind the last.
        row: Of which row of the table a window is, int64 (N,).
        start: The first of the row's words, or tokens, in the window, int64 (N,).
        lengths: Sub-words of each window, int64 (N,).
        counts: Judged places of each window, int64 (N,).
    """

    def __init__(self, path: Path) -> None:
        self.input, self.target, self.places = (
            Ragged(path.with_name(f"{path.name}_{name}")) for name in RAGGED
        )
        self.truth, self.row, self.start = (
            np.load(path.with_name(f"{path.name}_{name}.npy"))
            for name in ("truth", "row", "start")
        )
        self.lengths, self.counts = self.input.lengths, self.places.lengths

    def batch(self, rows: Tensor) -> dict[str, Tensor]:
        """`input`, `mask`, `target` (B, T) and `places` (B, W), -1 behind the last."""
        input, mask = self.input.padded(rows)
        target, _ = self.target.padded(rows)
        places, known = self.places.padded(rows)
        wide = torch.full((len(rows), self.truth.shape[1]), -1)
        wide[:, : places.shape[1]] = places.masked_fill(~known, -1)
        target = target.masked_fill(~mask, -100)
        return {"input": input, "mask": mask, "target": target, "places": wide}


def batch_of(windows: Any, chosen: list[int]) -> dict[str, Tensor]:
    """`input`, `mask` and `places` of windows that are not stored, as a batch."""
    inputs = [windows.input[i] for i in chosen]
    places = [windows.places[i] for i in chosen]
    width = max(len(ids) for ids in inputs)
    known = same_length([np.ones(len(ids), int) for ids in inputs], width, 0)
    arrays = {
        "input": same_length(inputs, width, 0),
        "target": same_length([windows.target[i] for i in chosen], width, -100),
        "places": same_length(places, max(len(row) for row in places), -1),
    }
    batch = {name: torch.from_numpy(array) for name, array in arrays.items()}
    return batch | {"mask": torch.from_numpy(known).bool()}
