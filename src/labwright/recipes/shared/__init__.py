"""Files of an experiment that do not depend on the kind of its data."""
