"""What takes the place of a recipe's files where data come from several places."""
