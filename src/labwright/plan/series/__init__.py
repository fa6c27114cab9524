"""The recipe `series`: whole series with a label or a number."""

from labwright.plan.series.encoding import encode_series
from labwright.plan.series.rule import find_series

__all__ = ["encode_series", "find_series"]
