"""Code that may be copied into an experiment, and that profiling and planning run too.

Imports the standard library and third parties only. The restricted form that moving text
needs is checked by tests/test_restricted_input.py.
"""
