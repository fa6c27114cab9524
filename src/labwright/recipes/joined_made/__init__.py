"""What takes the place of a recipe's files where columns are made of joined tables."""
