"""Files that hold the same rows: alternatives, of which one is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from labwright.acquire.acquired import TableFile
from labwright.profile.measure import measure

SAME = 0.98  # of the smaller table's rows that the larger one has: an older copy of it
VARIED = 0.5  # of a table's rows must differ for that to say anything
FEW = 8  # tables that are compared pair by pair; more are shards of one set
MOST_BYTES = 2**28  # of tables whose rows are compared


@dataclass(frozen=True, eq=False)
class Read:
    """A file, the table that its reader makes of it, and how many headers it skips."""

    file: TableFile
    table: pl.DataFrame
    headers: int = 0

    @cached_property
    def hashes(self) -> pl.Series:
        """Of the rows as they are written, sorted."""
        return hashes_of(self.table).sort()

    @cached_property
    def cleaned(self) -> pl.Series:
        """Hashes of the rows as they are meant, sorted: 1.0 in one file is 1 in another."""
        return hashes_of(measure(self.table, (self.file,)).table).sort()


def hashes_of(table: pl.DataFrame) -> pl.Series:
    """A hash of each row's cells as text, by the columns in the order of their names."""
    columns = (table[name] for name in sorted(table.columns))
    plain = [
        column
        if column.dtype.is_nested() or column.dtype == pl.Binary
        else column.cast(pl.String)
        for column in columns
    ]
    return pl.DataFrame(plain).hash_rows()


def without_mirrors(
    group: Sequence[Read], official: Mapping[str, str]
) -> tuple[list[Read], tuple[tuple[str, str], ...]]:
    """The tables that are no mirrors, and for each mirror whose rows it has.

    Tables too large to compare are taken for parts. Of two equal tables the first is kept, of a table and a part of it the whole; parts
    that the source itself names (train, test) are not taken for mirrors of each other.
    """
    kept: list[Read] = []
    mirrors: list[tuple[str, str]] = []
    if too_large(group):
        return list(group), ()
    for read in group:
        both = ((other, read) for other in kept)
        same = next((o for o, r in both if are_equal(o, r)), None)
        if same is not None:
            mirrors.append((read.file.path, same.file.path))
        else:
            kept.append(read)
    few = kept if len(kept) <= FEW else []
    for read in sorted(few, key=lambda read: len(read.table)):
        whole = (o for o in kept if o is not read and is_within(read, o, official))
        if other := next(whole, None):
            kept = [one for one in kept if one is not read]
            mirrors.append((read.file.path, other.file.path))
    return kept, tuple(mirrors)


def too_large(group: Sequence[Read]) -> bool:
    """Whether to compare rows would take long."""
    return sum(read.table.estimated_size() for read in group) > MOST_BYTES


def are_equal(one: Read, other: Read) -> bool:
    """Whether two tables have the same rows, in whatever order and spelling."""
    if len(one.table) != len(other.table) or not len(one.table):
        return False
    if one.hashes.equals(other.hashes):
        return True
    differ = one.file.reader != other.file.reader
    return differ and one.cleaned.equals(other.cleaned)


def is_within(small: Read, large: Read, official: Mapping[str, str]) -> bool:
    """Whether nearly all rows of one table are rows of a larger one."""
    paths = small.file.path, large.file.path
    if len(small.table) >= len(large.table) or all(path in official for path in paths):
        return False
    rows = small.hashes.unique()
    varied = len(rows) >= VARIED * len(small.table) and len(small.table) >= 10
    known = large.hashes.unique()
    return (
        varied
        and len(known) >= VARIED * len(large.table)
        and (int(rows.is_in(known.implode()).sum()) >= SAME * len(rows))
    )


def repeated_rows(group: Sequence[Read]) -> int:
    """Rows that equal a row of an earlier table; 0 where there are too many to compare."""
    if len(group) < 2 or too_large(group):
        return 0
    repeated, known = 0, group[0].hashes.unique()
    for read in group[1:]:
        repeated += int(read.hashes.is_in(known.implode()).sum())
        known = pl.concat([known, read.hashes]).unique()
    return repeated
