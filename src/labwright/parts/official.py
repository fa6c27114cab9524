"""Train, val and test as a source itself names them."""

import re
from pathlib import PurePosixPath

PART_WORDS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
    "eval": "test",
}


def part_of(path: str) -> str | None:
    """The part that a path names: `data/test-00000-of-00001.parquet` is test.

    The file's own name counts before its folders, and a name that says two parts
    (`train_test.csv`) says none.
    """
    for name in reversed(PurePosixPath(path).parts):
        words = re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower())
        parts = {PART_WORDS[word] for word in words if word in PART_WORDS}
        if parts:
            return parts.pop() if len(parts) == 1 else None
    return None
