"""The rows of one table while they are put together, with their facts at every step."""

from dataclasses import dataclass, field, replace

import polars as pl

from labwright.acquire.acquired import Acquired
from labwright.plan.decisions import Decision, Value
from labwright.profile.facts import TableProfile
from labwright.profile.measure import measure
from labwright.profile.tables import read_again


@dataclass
class Building:
    """The rows while they are put together.

    Attributes:
        raw: As they were read.
        facts: Of `raw`.
        files: For each row the number of the file it came from.
    """

    raw: pl.DataFrame
    facts: TableProfile
    files: pl.Series
    joins: list[dict[str, Value]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def keep(self, rows: pl.Series) -> None:
        """Leave out the rows where `rows` is False."""
        self.raw, self.files = self.raw.filter(rows), self.files.filter(rows)


def started(acquired: Acquired, table: TableProfile) -> Building:
    """The rows of the table with the target, read again as they are written."""
    files = [pl.repeat(i, n, eager=True) for i, n in enumerate(table.file_rows)]
    return Building(read_again(acquired, table.files), table, pl.concat(files))


def remeasured(building: Building, kept: pl.Series | None = None) -> TableProfile:
    """Facts of the rows as they are now; of those `kept`, where not all are."""
    before = building.facts
    facts = measure(building.raw, before.files, kept)
    files = building.files if kept is None else building.files.filter(kept)
    rows = tuple(int((files == i).sum()) for i in range(len(before.files)))
    return replace(
        facts,
        file_rows=rows,
        repeats=before.repeats,
        mirrors=before.mirrors,
        headers=before.headers,
    )


def spelled(table: TableProfile) -> list[str]:
    """How a table spells a missing value."""
    return list(dict.fromkeys(["", *table.missing_spellings]))
