"""What every way to read texts has to decide: how long one may be, how many at once."""

import math

import numpy as np

from labwright.plan.decisions import Decision
from labwright.plan.say import percent

SHARE = 0.99  # of the training texts that are read whole
MULTIPLE = 8  # of which the longest is one
LEAST = 16  # steps
STEPS_AT_ONCE = 2**17  # without gradients


def choose_longest(
    lengths: np.ndarray, most: int, steps: str, why: str = ""
) -> tuple[int, Decision]:
    """The longest input and its decision.

    Args:
        lengths: Steps of training texts, (N,).
        most: A bound on it.
        steps: What they are, in words.
        why: Of the bound, where it is not the usual one.
    """
    wanted = float(np.quantile(lengths, SHARE)) if len(lengths) else 0.0
    longest = max(LEAST, math.ceil(wanted / MULTIPLE) * MULTIPLE)
    bound = longest > most
    longest = min(longest, most)
    cut = float((lengths > longest).mean()) if len(lengths) else 0.0
    half = np.median(lengths) if len(lengths) else 0
    reason = f"training texts have {half:.0f} {steps} in the middle, "
    if bound:
        told = why or f"at most {most}, for attention costs their square"
        reason += f"{wanted:.0f} at the 99th of 100; {told}"
    else:
        reason += f"and 99 of 100 no more than {wanted:.0f}"
    if cut:
        reason += (
            f". Of the {percent(cut)} that are longer, the first quarter and the end "
            "are read"
        )
    return longest, Decision("longest text", longest, reason)


def at_once(longest: int) -> int:
    """Rows that are read at once without gradients: a power of two up to 1,024."""
    return int(min(1_024, max(1, 2 ** int(math.log2(STEPS_AT_ONCE / longest)))))


def loaded(size: int, what: str) -> list[Decision]:
    """Where the steps lie, and that no process is needed to load them."""
    stored = f"{size / 1e6:,.1f} MB"
    reason = (
        f"about {stored} of {what} in data/prepared are mapped into memory: processes "
        "would only cost"
    )
    return [Decision("num_workers", 0, reason)]
