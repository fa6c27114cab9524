"""Facts about the data: what each column holds, measured and never decided."""

from dataclasses import replace

from labwright.acquire.acquired import Acquired
from labwright.errors import UnusableError
from labwright.profile.facts import Profile
from labwright.profile.measure import measure
from labwright.profile.tables import stacked

__all__ = ["profile"]


def profile(acquired: Acquired) -> Profile:
    """Read every table that was acquired and measure it.

    Tables with the same columns become one; a table without rows or columns is left out.

    Raises:
        ReadError: a file cannot be read in its format.
        UnusableError: no table has a row and a column.
    """
    tables = stacked(acquired)
    full = [given for given in tables if given[2].height and given[2].width]
    if not full:
        shapes = ", ".join(
            f"{files[0].path} with {table.height} rows and {table.width} columns"
            for files, _, table in tables
        )
        raise UnusableError(
            "a table with at least one row and one column",
            shapes or "no table",
            "Name another file of the source, or mend this one.",
            key="data_sources[0].file",
        )
    measured = (
        replace(measure(table, files), file_rows=rows) for files, rows, table in full
    )
    return Profile(acquired, tuple(measured))
