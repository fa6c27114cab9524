"""What derived columns are made of: for the base table, and for what gives a target away."""

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from labwright.plan.say import names


def columns_of(text: str) -> tuple[str, ...]:
    """The columns that an expression reads; none where it cannot be read."""
    try:
        return tuple(dict.fromkeys(pl.sql_expr(text).meta.root_names()))
    except pl.exceptions.PolarsError:
        return ()


def sources(derive: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """For each derived column the columns of the data that it is made of."""
    found: dict[str, frozenset[str]] = {}
    for name, text in derive.items():
        read = (found.get(c, frozenset({c})) for c in columns_of(text))
        found[name] = frozenset().union(*read)
    return found


def made_of(derive: Mapping[str, str], columns: Iterable[str]) -> set[str]:
    """The columns of the data that some columns are, or are made of."""
    known = sources(derive)
    return {read for name in columns for read in known.get(name, {name})}


def give_aways_by_making(
    derive: Mapping[str, str], targets: Collection[str]
) -> dict[str, str]:
    """Columns that say what the targets are since one is made of the other, and why.

    All that a derived target is made of; and every derived column that is made of a
    target, or of something that a target is made of.
    """
    known = sources(derive)
    behind = frozenset().union(*(known.get(name, frozenset()) for name in targets))
    told = names(list(targets))
    found = dict.fromkeys(behind, f"{told} is made of it")
    for name, read in known.items():
        if name in targets:
            continue
        if read & {*targets}:
            found[name] = f"it is made of {told}"
        elif shared := sorted(read & behind):
            found[name] = f"it is made of {names(shared)}, and so is {told}"
    return found
