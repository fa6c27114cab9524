"""Tables as people keep series in them, as one row a series.

Which columns are channels stands in dataloader.py; here is only how they are brought
together.
"""

import polars as pl

from labwright.parts.arrange import arrange_lists

# ---- one row a series ----------------------------------------------------------------


def arranged(
    table: pl.DataFrame, channels: dict[str, list[str]], keys: list[str]
) -> pl.DataFrame:
    """The table with one column of lists for each channel."""
    return arrange_lists(table, channels, keys)
