"""Images as patches: folders by class, tables with paths, sets with files inside."""
