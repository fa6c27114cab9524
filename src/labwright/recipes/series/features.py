"""Series as features of a simple model: figures that people know, random convolutions.

For baselines.py, and for the look at what gives the target away; the model itself reads
the series.
"""

from typing import Any

import numpy as np
import polars as pl
import torch

from labwright.parts.random_kernels import convolved, random_kernels
from labwright.parts.summarize import padded_steps, summaries
from labwright.recipes.series.steps import scaled

KERNELS = 500  # random convolutions

# ---- features ------------------------------------------------------------------------


def figures(table: pl.DataFrame, fitted: dict[str, Any]) -> dict[str, np.ndarray]:
    """Mean, quantiles, slope, spectrum … of each series by name, float64 (N,)."""
    return summaries(*scaled(table, fitted), fitted["channels"])


def convolutions(table: pl.DataFrame, fitted: dict[str, Any]) -> np.ndarray:
    """What random convolutions find in each series, float32 (N, 2 x KERNELS)."""
    steps, lengths = scaled(table, fitted)
    kernels = random_kernels(KERNELS, steps.shape[1], fitted["longest"], 0)
    values = torch.from_numpy(np.nan_to_num(padded_steps(steps, lengths)))
    return convolved(values, torch.from_numpy(lengths), kernels)
