"""Facts about the data: what each column holds, measured and never decided."""

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
    full = [(files, table) for files, table in tables if table.height and table.width]
    if not full:
        shapes = ", ".join(
            f"{files[0].path} with {table.height} rows and {table.width} columns"
            for files, table in tables
        )
        raise UnusableError(
            "a table with at least one row and one column",
            shapes or "no table",
            "Name another file of the source, or mend this one.",
            key="data_sources[0].file",
        )
    return Profile(acquired, tuple(measure(table, files) for files, table in full))
