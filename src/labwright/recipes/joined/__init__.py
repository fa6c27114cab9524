"""What takes the place of a recipe's files where tables are joined."""
