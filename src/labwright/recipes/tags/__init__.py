"""The recipe for words with tags, and for what comes next in a text."""
