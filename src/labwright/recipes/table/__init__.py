"""The recipe for one table with a row for each case."""
