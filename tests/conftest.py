"""Properties are tried on the same examples each time; bench/fuzz.py draws others."""

from hypothesis import settings

settings.register_profile("suite", derandomize=True)
settings.load_profile("suite")
