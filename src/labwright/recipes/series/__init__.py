"""Whole series with a label or a number."""
