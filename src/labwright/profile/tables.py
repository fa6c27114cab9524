"""The acquired files, to one table for each set of equal columns."""

from importlib import import_module

import polars as pl

from labwright.acquire.acquired import Acquired, TableFile
from labwright.errors import ReadError
from labwright.parts import unpack
from labwright.parts.stack import stack


def stacked(
    acquired: Acquired,
) -> list[tuple[tuple[TableFile, ...], tuple[int, ...], pl.DataFrame]]:
    """Every table, those of equal columns as one, in the column order of the first.

    With each its files, and the rows that each file has in it.

    Raises:
        ReadError: a file cannot be read in its format.
    """
    names = [file.path for file in acquired.tables]
    paths = getattr(unpack, acquired.unpacked)(acquired.folder, names)
    groups: dict[frozenset[str], list[tuple[TableFile, pl.DataFrame]]] = {}
    for file, path in zip(acquired.tables, paths, strict=True):
        reader = getattr(import_module(f"labwright.parts.{file.reader}"), file.reader)
        try:
            table = reader(path, file.reading)
        except ValueError as error:
            raise ReadError(
                f"a table that {file.reader} reads in {file.path}",
                str(error),
                "Mend the file, or name its format in the task's data source.",
                key="data_sources[0].file",
            ) from error
        groups.setdefault(frozenset(table.columns), []).append((file, table))
    return [
        (
            tuple(f for f, _ in group),
            tuple(len(t) for _, t in group),
            stack([t for _, t in group]),
        )
        for group in groups.values()
    ]
