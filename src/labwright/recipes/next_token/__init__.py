"""What differs from the recipe tags where the next token of a text is predicted."""
