"""Tests; `tests.servers` has loopback servers that any test may use."""
