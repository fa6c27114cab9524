"""The acquired files, to one table for each set of equal columns."""

from importlib import import_module

import polars as pl

from labwright.acquire.acquired import Acquired, TableFile
from labwright.errors import ReadError
from labwright.parts import unpack


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


def stack(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """Tables of equal columns one below the other; columns typed differently as text."""
    first, *others = tables
    aligned = [
        first,
        *(pl.DataFrame({name: t[name] for name in first.columns}) for t in others),
    ]
    try:
        return pl.concat(aligned, how="vertical_relaxed")
    except pl.exceptions.SchemaError:
        return pl.concat([as_text(table) for table in aligned], how="vertical_relaxed")


def as_text(table: pl.DataFrame) -> pl.DataFrame:
    """The same cells, all as text but for lists."""
    return table.with_columns((~pl.selectors.nested()).cast(pl.String))
