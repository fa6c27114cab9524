"""Texts with a label or a number."""
