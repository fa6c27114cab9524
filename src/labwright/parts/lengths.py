"""How much of a long text a model reads."""

import numpy as np


def shortened(steps: np.ndarray, longest: int) -> np.ndarray:
    """At most `longest` steps: the first quarter of them and, of the end, the rest.

    Beginning and end say most of what a long text is about, the end more of what it
    comes to (Sun et al., 2019, arXiv:1905.05583).
    """
    if len(steps) <= longest:
        return steps
    first = longest // 4
    return np.concatenate([steps[:first], steps[len(steps) - longest + first :]])
