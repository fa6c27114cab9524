"""Which rows the experiment will train on, dealt by the very parts that it calls."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from labwright.errors import SplitError, UnusableError
from labwright.parts import split as split_part
from labwright.parts.equal_rows import equal_rows
from labwright.plan.equality import Equality, judge_equality
from labwright.plan.outputs import class_names
from labwright.plan.say import count, line, names
from labwright.plan.split_case import FILE, SplitChoice

SHARES = (0.70, 0.15, 0.15)  # of the rows: train, val, test
FEWEST_ROWS = 20  # with a target: 14 to learn from, 3 to choose by, 3 to judge by
SPLITS = {
    "random": "split_random",
    "stratified": "split_stratified",
    "time": "split_by_time",
    "group": "split_by_group",
    "official": "split_official",
}


@dataclass(frozen=True)
class Dealt:
    """Row numbers of each part, within the rows in use, and what equal rows meant."""

    parts: dict[str, np.ndarray]
    equality: Equality


def rows_in_use(
    table: pl.DataFrame, targets: Sequence[str], max_rows: int | None, seed: int
) -> np.ndarray:
    """Numbers of the rows that have every target, at most `max_rows` drawn by chance.

    Raises:
        UnusableError: too few are left to make three parts.
    """
    known = [table[name].is_not_null().to_numpy() for name in targets]
    rows = np.flatnonzero(np.logical_and.reduce(known))
    found = len(rows)
    if max_rows is not None and found > max_rows:
        rows = np.sort(
            np.random.default_rng(seed).choice(rows, max_rows, replace=False)
        )
    if len(rows) < FEWEST_ROWS:
        raise UnusableError(
            f"at least {FEWEST_ROWS} rows with a target",
            f"{count(len(rows), 'row')} of {len(table):,} with {names(list(targets))}"
            + (f" under {line('max_rows', max_rows)}" if found > len(rows) else ""),
            "Bring more rows, or name another target.",
            key="target" if max_rows is None else "max_rows",
        )
    return rows


def deal_rows(
    rows: pl.DataFrame,
    features: Sequence[str],
    choice: SplitChoice,
    files: pl.Series | None,
    seed: int,
    copies: bool = False,
) -> Dealt:
    """The rows of train, val and test, as dataloader.py will deal them.

    It compares the calendar features of a date; rows are equal in these where they are
    equal in the date itself.

    Args:
        rows: The rows in use.
        features: Columns that make two rows equal: the inputs.
        choice: The split rule.
        files: For each row the file it came from, for an official split.
        seed: Of the split.
        copies: Whether rows that are equal are surely copies of one another.

    Raises:
        SplitError: a part is left without rows.
    """
    inputs = pl.DataFrame({name: rows[name] for name in features})
    units = equal_rows(inputs, inputs.columns)
    equality = judge_equality(inputs, units, copies)
    alone = pl.Series(np.arange(len(rows)))
    key = _key(rows, choice, files)
    deal = getattr(split_part, SPLITS[choice.rule])
    try:
        parts = deal(key, units if equality.together else alone, SHARES, seed)
    except ValueError as error:
        raise _impossible(choice, str(error)) from error
    if empty := [name for name, numbers in parts.items() if not len(numbers)]:
        raise _impossible(choice, f"no rows for {' and '.join(empty)}")
    return Dealt(parts, equality)


def _key(rows: pl.DataFrame, choice: SplitChoice, files: pl.Series | None) -> pl.Series:
    if choice.column == FILE:
        assert files is not None
        return files
    if choice.column is None:
        return pl.Series(np.arange(len(rows)))
    column = rows[choice.column]
    return class_names(column) if choice.rule == "group" else column


def _impossible(choice: SplitChoice, found: str) -> SplitError:
    about = f" by `{choice.column}`" if choice.column else ""
    return SplitError(
        f"rows for train, val and test in a {choice.rule} split{about}",
        found,
        f"Choose another rule: {choice.change or line('split', {'rule': 'random'})}.",
        key="split",
    )
