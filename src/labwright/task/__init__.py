"""The task file: what it may say, and reading it liberally."""
