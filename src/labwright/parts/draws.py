"""Chance that belongs to a row and an epoch, in whichever process a batch is made."""

import numpy as np
import torch
from torch import Tensor

GOLDEN = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio


def draws_of_rows(seed: int, epoch: int, rows: Tensor, count: int) -> Tensor:
    """Numbers in [0, 1) for each row, float32 (B, count).

    A function of seed, epoch and the row's number alone: batches may be made in any
    order, by any process, after any interruption. By SplitMix64 of Steele, Lea and Flood
    (2014), a generator whose n-th number needs none before it.
    """
    with np.errstate(over="ignore"):
        start = mixed(np.array([seed, epoch]).astype(np.uint64))
        key = mixed(start[0] + start[1] * np.uint64(3))
        first = rows.numpy().astype(np.uint64) * np.uint64(count)
        places = np.add.outer(first, np.arange(count, dtype=np.uint64))  # (B, count)
        bits = mixed(key + places * np.uint64(GOLDEN))
    # 24 bits are what a float32 below 1 holds
    return torch.from_numpy((bits >> np.uint64(40)).astype(np.float32) / 2**24)


def mixed(bits: np.ndarray) -> np.ndarray:
    """The finalizer of SplitMix64, of uint64: each bit of it depends on all bits."""
    bits = bits + np.uint64(GOLDEN)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    known: np.ndarray = bits ^ (bits >> np.uint64(31))
    return known
