"""What the recipes for images and sounds share: files that a table names, or holds."""
