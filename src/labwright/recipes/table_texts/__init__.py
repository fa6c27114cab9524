"""What takes the place of a table's files where it has columns of free text."""
