"""Frames of sounds: kept on the disk, or made anew whenever they are read."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from labwright.parts.ragged import Ragged, save_ragged


def keep_frames(path: Path, frames: Iterable[np.ndarray]) -> None:
    """Write the frames of each sound, (T, bands), where `kept_frames` finds them."""
    save_ragged(path, frames)


def kept_frames(path: Path, make: Callable[[int], np.ndarray]) -> Ragged:
    """What `keep_frames` wrote; nothing is made anew."""
    return Ragged(path)


def count_frames(path: Path, frames: Iterable[np.ndarray]) -> None:
    """Write only how many frames each sound has, where `made_frames` finds it."""
    save_ragged(path, (np.empty((len(each), 0), each.dtype) for each in frames))


class MadeFrames:
    """What `Ragged` is to kept frames, for frames that are made when they are read.

    Attributes:
        lengths: Frames of each sound, int64 (N,).
    """

    def __init__(self, lengths: np.ndarray, make: Callable[[int], np.ndarray]) -> None:
        self.lengths, self.make = lengths, make

    def __len__(self) -> int:
        return len(self.lengths)

    def padded(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Some rows, padded with 0 behind their end to the longest of them.

        Returns:
            The frames (B, T, bands) and a mask, bool (B, T), False behind the end.
        """
        made = [torch.from_numpy(self.make(row)) for row in rows.tolist()]
        lengths = torch.tensor([len(frames) for frames in made])
        mask = torch.arange(int(lengths.max())) < lengths[:, None]
        return pad_sequence(made, batch_first=True), mask


def made_frames(path: Path, make: Callable[[int], np.ndarray]) -> MadeFrames:
    """Frames that `make` makes of the sound of a row, each time that they are read."""
    return MadeFrames(Ragged(path).lengths, make)
