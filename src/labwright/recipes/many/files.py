"""The many files of the data, and which of them are tables; dataloader.py reads both.

A file that is gone from the lists is left out, and the data are prepared anew.
"""

# Files below data/raw and their sha256; None instead of one accepts new data knowingly.
FILES: dict[str, str | None] = {"example.csv": None}
# Tables in those files, stacked.
TABLES: list[str] = ["example.csv"]

# ---- for dataloader.py ---------------------------------------------------------------


def listed_files() -> tuple[dict[str, str | None], list[str]]:
    """FILES and TABLES."""
    return FILES, TABLES
