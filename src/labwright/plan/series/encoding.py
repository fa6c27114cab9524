"""How a series becomes the steps that a model reads: channels, their scale, patches.

Short series of few steps are read step by step. From PATCHES steps on, consecutive ones
stand side by side as one patch, so that a token holds a piece of the curve and no single
number (Nie et al., 2023, arXiv:2211.14730): so many that about PATCHES are left, at most
WIDEST; and beyond MOST_STEPS patches so many more that no series has more of them.
"""

import math

import numpy as np
import polars as pl

from labwright.parts.series import steps_of
from labwright.plan.constants import UNREADABLE
from labwright.plan.decisions import Decision, Value
from labwright.plan.encoding import Encoding, Material
from labwright.plan.say import count, names, percent
from labwright.plan.series.arrangement import Arrangement, SeriesChoice

PATCHES = 20
WIDEST = 16  # steps
MOST_STEPS = 256
MAGNITUDES = (
    50  # times the mean deviation from the median: a channel of many magnitudes
)
READ_AT_ONCE = 131_072  # steps that a model reads without gradients


def encode_series(material: Material) -> Encoding:
    """Decide how series are read, by the training rows."""
    assert isinstance(material.recipe, SeriesChoice)
    found = material.recipe.arrangement
    channels = list(found.channels)
    steps, lengths = steps_of(material.train, channels)
    longest = int(lengths.max())
    patch = patch_size(longest)
    logs = [name for i, name in enumerate(channels) if many_magnitudes(steps[:, i])]
    tokens = math.ceil(longest / patch)
    return Encoding(
        steps=tokens,
        decisions=(
            *_about_form(found, material),
            Decision("channels", channels, _about_channels(channels, steps)),
            Decision("steps", longest, _about_lengths(lengths)),
            Decision("patch", patch, _about_patch(longest, patch, len(channels))),
            Decision("scale", _scale(logs), _about_scale(logs, channels)),
            *_about_gaps(steps),
        ),
        constants=_constants(material, found)
        | {
            "LOGARITHMS": logs,
            "PATCH": patch,
            "INFERENCE_ROWS": max(1, min(1024, READ_AT_ONCE // tokens)),
        },
        names={"arrange_lists": found.part} if found.form != "lists" else {},
        warnings=tuple(_warnings(material, channels, lengths)),
    )


def patch_size(longest: int) -> int:
    """Steps of a patch, by the rule of the module docstring."""
    few = min(WIDEST, math.ceil(longest / PATCHES))
    return max(1, few, math.ceil(longest / MOST_STEPS))


def many_magnitudes(values: np.ndarray) -> bool:
    """Whether the largest value lies MAGNITUDES mean deviations from the median."""
    known = values[np.isfinite(values)]
    largest = np.abs(known).max(initial=0)
    if largest == 0:
        return False
    known = known / largest  # which a sum cannot overflow
    apart = np.abs(known - np.median(known))
    return bool(apart.max() > MAGNITUDES * apart.mean() > 0)


# ---- in words


def _about_form(found: Arrangement, material: Material) -> list[Decision]:
    """How the table is brought to one row a series, where it is not so already."""
    if found.source is None:
        return []
    read = f"{found.source.rows:,} rows of {count(len(found.columns), 'column')}"
    made = f"{count(material.table.rows, 'series', 'series')} of lists"
    how = "a column a step" if found.form == "wide" else "a row a step"
    return [Decision("table of series", found.form, f"{how}: {read} become {made}")]


def _about_channels(channels: list[str], steps: np.ndarray) -> str:
    known = np.isfinite(steps)
    low = np.where(known, steps, np.inf).min(axis=0)
    high = np.where(known, steps, -np.inf).max(axis=0)
    still = [name for i, name in enumerate(channels) if low[i] >= high[i]]
    says = count(len(channels), "number") + " a step"
    return says + (f"; {names(still)} never vary in training" if still else "")


def _about_lengths(lengths: np.ndarray) -> str:
    low, high = int(lengths.min()), int(lengths.max())
    if low == high:
        return f"each training series has {high:,} steps"
    return (
        f"training series have {low:,} to {high:,} steps, {np.median(lengths):,.0f} in "
        "the middle: a batch has series of similar length, the shorter ones masked"
    )


def _about_patch(longest: int, patch: int, channels: int) -> str:
    if patch == 1:
        return f"at most {longest:,} steps, read one by one up to {PATCHES}"
    left = math.ceil(longest / patch)
    return (
        f"{patch} consecutive steps side by side, {patch * channels:,} numbers: "
        f"{longest:,} steps become {left:,}"
    )


def _scale(logs: list[str]) -> str:
    return "magnitudes, then channels" if logs else "channels"


def _about_scale(logs: list[str], channels: list[str]) -> str:
    says = "each channel to mean 0 and deviation 1 over the training part"
    if not logs:
        return says
    few = "" if len(logs) == len(channels) else f" ({names(logs)})"
    return (
        f"{says}; values{few} that lie more than {MAGNITUDES} mean deviations from the "
        "median are many magnitudes: their logarithms are scaled"
    )


def _about_gaps(steps: np.ndarray) -> list[Decision]:
    absent = ~np.isfinite(steps)
    if not absent.any():
        return []
    whole = float(absent.all(axis=1).mean())
    single = float(absent.any(axis=1).mean()) - whole
    said = []
    if whole:
        said.append(f"{percent(whole)} of the training steps have no value: masked")
    if single:
        said.append(f"{percent(single)} lack a channel, which is 0 after scaling")
    reason = "; ".join(said)
    return [Decision("gaps", "masked", reason)]


def _warnings(
    material: Material, channels: list[str], lengths: np.ndarray
) -> list[str]:
    said = []
    lists = pl.DataFrame([material.train[name] for name in channels])
    without = pl.all().list.drop_nulls().list.len().fill_null(0) == 0
    empty = int(lists.select(pl.all_horizontal(without).sum()).item())
    if empty:
        said.append(
            f"{count(empty, 'training series', 'training series')} of "
            f"{len(lengths):,} have no value at all."
        )
    return said


# ---- as constants


def _constants(material: Material, found: Arrangement) -> dict[str, Value]:
    """The columns that are read, as the file writes them."""
    read: dict[str, Value] = {
        "CHANNELS": {name: list(columns) for name, columns in found.channels.items()},
        "SERIES_KEYS": list(found.keys),
    }
    if found.source is None:
        return read
    columns = found.source.columns
    numeric = [name for name in material.targets if columns[name].whole is not None]
    time = [name for name in found.keys[1:] if columns[name].kind != "date"]
    numbers = [name for name in [*found.columns, *time] if name not in numeric]
    dates = {n: c.date_format or "" for n, c in columns.items() if c.kind == "date"}
    lost = [columns[n].unreadable / found.source.rows for n in [*numbers, *numeric]]
    return read | {
        "NUMBERS": numbers,
        "WRITTEN_NUMBERS": {
            name: mark
            for name in [*numbers, *numeric]
            if (mark := columns[name].decimal)
        },
        "DATES": dates,
        "MAX_UNREADABLE": max(UNREADABLE, math.ceil(200 * max(lost, default=0)) / 100),
    }
