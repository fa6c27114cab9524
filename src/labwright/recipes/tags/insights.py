"""What may give the target away, and what the model relies on: no columns here.

Written into results.json by train.py. Every word is read, and there is nothing beside the
words that could be dropped or looked at alone.
"""

from typing import Any

import pytorch_lightning as lightning

from labwright.recipes.tags.dataloader import Rows

# ---- none ----------------------------------------------------------------------------


def leak_scan(train: Rows) -> list[dict[str, Any]]:
    """No column is read but the words."""
    return []


def importance(
    model: lightning.LightningModule, val: Rows, size: int = 64
) -> list[dict[str, Any]]:
    """No column is read but the words, so none can be exchanged."""
    return []
