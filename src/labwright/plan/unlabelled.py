"""Files of a table in which no row has a target: left out, named, and for predict.py."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from labwright.acquire.acquired import Acquired
from labwright.plan.say import count, names
from labwright.plan.tables import Choice
from labwright.profile import facts_of
from labwright.profile.tables import read_together

NO_LABEL = -1  # what the Hub writes for a row without a label


def without_unlabelled(
    choice: Choice, targets: Sequence[str], acquired: Acquired
) -> Choice:
    """The choice without such files, their names and rows in its reason.

    Tables that were joined, or whose columns or rows were made here, are left as they are.
    """
    table = choice.table
    as_read = len(table.table) == sum(table.file_rows)
    as_read &= {*table.table.columns} == {*table.files[0].columns}
    if len(table.files) < 2 or choice.joined or not as_read:
        return choice
    ends = np.cumsum(table.file_rows)[:-1]
    parts = [
        [table.table[name].slice(start, length) for name in targets]
        for start, length in zip([0, *ends], table.file_rows, strict=True)
    ]
    left = [
        i
        for i, cells in enumerate(parts)
        if all(
            is_unlabelled(own, [other[n] for j, other in enumerate(parts) if j != i])
            for n, own in enumerate(cells)
        )
    ]
    if not left or len(left) == len(parts):
        return choice
    kept = [file for i, file in enumerate(table.files) if i not in left]
    said = [f"{table.files[i].path} ({count(table.file_rows[i], 'row')})" for i in left]
    return replace(
        choice,
        table=facts_of(read_together(acquired, kept)),
        reason=f"{choice.reason}; {', '.join(said)} left out: {names(list(targets))} has "
        "no label there",
        predicts=(*choice.predicts, *(table.files[i].path for i in left)),
    )


def is_unlabelled(cells: pl.Series, others: Sequence[pl.Series]) -> bool:
    """Whether no cell of a file is a label.

    All are missing; or all are -1, which no other file has, beside classes counted from 0.
    """
    if cells.null_count() == len(cells):
        return True
    if not cells.dtype.is_float() or set(cells.unique()) != {NO_LABEL}:
        return False
    known = pl.concat(others).drop_nulls()
    return len(known) > 0 and bool((known.floor() == known).all()) and known.min() == 0
