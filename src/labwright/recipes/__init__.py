"""Working experiments, one folder for each kind of data, and what all of them share."""
