"""What the linear models of baselines.py see of a text: its words.

Called by baselines.py; nothing here needs editing.
"""

from typing import Any

import numpy as np

from labwright.parts.tf_idf import joined_texts, tf_idf
from labwright.recipes.text.dataloader import TEXTS, Rows

LINEAR_ROWS = 100_000  # training rows of a linear model at most, evenly spaced

# ---- features ------------------------------------------------------------------------


def spaced(rows: int) -> np.ndarray:
    """At most LINEAR_ROWS of the training rows."""
    return np.linspace(0, rows - 1, min(rows, LINEAR_ROWS)).astype(int)


def features(parts: dict[str, Rows]) -> dict[str, dict[str, Any]]:
    """For each linear model the features (N, F) of each part, fitted on "train"."""
    chosen = spaced(len(parts["train"]))
    texts = {part: joined_texts(rows.table, TEXTS) for part, rows in parts.items()}
    texts["train"] = [texts["train"][row] for row in chosen]
    words = tf_idf(texts["train"])
    found = {part: words.transform(each) for part, each in texts.items()}
    return {"linear on TF-IDF": found}
