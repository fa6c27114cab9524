"""A sound is a row: frames of a spectrum, read as a sequence."""
