"""Parts that are a file of their own in an experiment, since several files need them."""
