"""Which rows train, which choose the checkpoint, and which judge the result.

All rules share one signature: `key` is the column that the rule looks at, rows of an equal
number in `units` stay together, `shares` are those of train, val and test.
"""

import numpy as np
import polars as pl

from labwright.parts.official import part_of

PARTS = ("train", "val", "test")


def deal(
    strata: np.ndarray,
    units: np.ndarray,
    shares: tuple[float, float, float],
    seed: int,
) -> dict[str, np.ndarray]:
    """Row numbers of each part, with the same shares in every stratum.

    Units of several rows come first, the largest first, each to the part that lacks most
    rows. Single rows follow by a low-discrepancy sequence that runs on through all
    strata, so that their rounding errors cancel out instead of adding up.
    """
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(len(units))
    order = shuffled[np.argsort(strata[shuffled], kind="stable")]
    _, first, unit, size = np.unique(
        units[order], return_index=True, return_inverse=True, return_counts=True
    )
    stratum = np.unique(strata[order][first], return_inverse=True)[1]  # of each unit
    lacks = np.bincount(stratum, weights=size)[:, None] * np.array(shares)
    part = np.zeros(len(first), dtype=np.int64)
    several = np.flatnonzero(size > 1)
    for u in several[np.lexsort((first[several], -size[several]))]:
        part[u] = np.argmax(lacks[stratum[u]])
        lacks[stratum[u], part[u]] -= size[u]
    single = np.flatnonzero(size == 1)
    single = single[np.argsort(first[single])]
    bounds = np.cumsum(np.maximum(lacks, 0), axis=1)
    bounds /= np.maximum(bounds[:, -1:], 1e-9)  # what each part still lacks, as shares
    golden = (np.arange(len(single)) * 0.6180339887 + rng.random()) % 1
    part[single] = (golden[:, None] >= bounds[stratum[single], :2]).sum(axis=1)
    rows = part[unit]
    return {name: np.sort(order[rows == i]) for i, name in enumerate(PARTS)}


def split_random(
    key: pl.Series, units: pl.Series, shares: tuple[float, float, float], seed: int
) -> dict[str, np.ndarray]:
    """By chance alone; `key` does not matter."""
    return deal(np.zeros(len(key), dtype=np.int64), units.to_numpy(), shares, seed)


def split_stratified(
    key: pl.Series, units: pl.Series, shares: tuple[float, float, float], seed: int
) -> dict[str, np.ndarray]:
    """By chance, with each value of `key` in the same proportions in every part."""
    strata = key.rank("dense").fill_null(0).to_numpy()
    return deal(strata, units.to_numpy(), shares, seed)


def split_by_group(
    key: pl.Series, units: pl.Series, shares: tuple[float, float, float], seed: int
) -> dict[str, np.ndarray]:
    """All rows of one value of `key` in one part; a row without a value is a group."""
    groups = key.rank("dense").cast(pl.Int64).to_frame("group")
    alone = -pl.int_range(pl.len(), dtype=pl.Int64)
    ids = groups.select(pl.col("group").fill_null(alone)).to_series().to_numpy()
    parts = deal(np.zeros(len(key), dtype=np.int64), ids, shares, seed)
    for name in PARTS:  # of few groups: none is empty while another part has two
        largest = max(parts, key=lambda part: len(np.unique(ids[parts[part]])))
        held, sizes = np.unique(ids[parts[largest]], return_counts=True)
        if len(parts[name]) == 0 and len(held) > 1:
            moved = ids[parts[largest]] == held[sizes.argmin()]
            parts[name] = parts[largest][moved]
            parts[largest] = parts[largest][~moved]
    return parts


def split_by_time(
    key: pl.Series, units: pl.Series, shares: tuple[float, float, float], seed: int
) -> dict[str, np.ndarray]:
    """The earliest rows train, the latest judge; equal times stay together.

    A key of texts counts as numbers: years, steps.

    Raises:
        ValueError: `key` has too few distinct times to cut it twice.
    """
    if key.dtype == pl.String:
        key = key.cast(pl.Float64, strict=False)
    times = key.rank("dense").fill_null(0).to_numpy()
    ordered = np.sort(times)
    ends = np.cumsum(shares)[:2] * len(times)
    val, test = ordered[np.round(ends).astype(np.int64).clip(max=len(times) - 1)]
    later = (times >= val).astype(np.int64) + (times >= test)
    parts = {name: np.flatnonzero(later == i) for i, name in enumerate(PARTS)}
    if empty := [name for name, rows in parts.items() if not len(rows)]:
        raise ValueError(
            f"expected times that can be cut into three parts, found {key.n_unique()} "
            f"distinct ones, which leave {empty} empty. Another split rule is needed."
        )
    return parts


def split_official(
    key: pl.Series, units: pl.Series, shares: tuple[float, float, float], seed: int
) -> dict[str, np.ndarray]:
    """The parts that the source itself has; `key` holds the file that a row came from.

    Where only two parts exist, val is dealt from the training rows by chance.
    """
    named = {path: part_of(path) for path in key.unique()}
    part = key.replace_strict(named, return_dtype=pl.String)
    test = (part == "test").fill_null(False).to_numpy()
    val = (part == "val").fill_null(False).to_numpy()
    if not test.any():
        val, test = test, val  # the only part that is held out judges
    train = np.flatnonzero(~val & ~test)
    if val.any():
        held = np.flatnonzero(val)
    else:
        rest = shares[0] + shares[1]
        within = units.gather(train)
        one = np.zeros(len(train), dtype=np.int64)
        dealt = deal(
            one, within.to_numpy(), (shares[0] / rest, shares[1] / rest, 0), seed
        )
        held, train = train[dealt["val"]], train[dealt["train"]]
    return {"train": train, "val": held, "test": np.flatnonzero(test)}
