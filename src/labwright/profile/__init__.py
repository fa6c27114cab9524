"""Facts about the data: what each column holds, measured and never decided."""

from dataclasses import replace

from labwright.acquire.acquired import Acquired
from labwright.errors import UnusableError
from labwright.profile.facts import Profile, TableProfile
from labwright.profile.measure import measure
from labwright.profile.tables import Stacked, stacked

__all__ = ["facts_of", "profile"]


def profile(acquired: Acquired) -> Profile:
    """Read every table that was acquired and measure it.

    Tables with the same columns become one, but for mirrors, of which one is read; a
    table without rows or columns is left out.

    Raises:
        ReadError: a file cannot be read in its format.
        UnusableError: no table has a row and a column.
    """
    tables = stacked(acquired)
    full = [one for one in tables if one.table.height and one.table.width]
    if not full:
        shapes = ", ".join(
            f"{one.files[0].path} with {one.table.height} rows and {one.table.width} "
            "columns"
            for one in tables
        )
        raise UnusableError(
            "a table with at least one row and one column",
            shapes or "no table",
            "Name another file of the source, or mend this one.",
            key="data_sources[0].file",
        )
    return Profile(acquired, tuple(facts_of(one) for one in full))


def facts_of(one: Stacked) -> TableProfile:
    """What is measured on a table, and of the files that it is stacked from."""
    return replace(
        measure(one.table, one.files),
        file_rows=one.rows,
        repeats=one.repeats,
        mirrors=one.mirrors,
        headers=one.headers,
    )
