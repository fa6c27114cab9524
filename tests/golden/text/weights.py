"""The files of a pretrained encoder, brought beside the data if there is one.

Which one stands in dataloader.py; here is only how.
"""

from pathlib import Path

# ---- fetch weights -------------------------------------------------------------------


def no_weights(
    name: str, revision: str | None, files: dict[str, str | None], folder: Path
) -> None:
    """Nothing: the model learns from the training texts alone."""


# ---- weights -------------------------------------------------------------------------


def fetch_weights(
    name: str, revision: str | None, files: dict[str, str | None], folder: Path
) -> None:
    """Bring the files of a pretrained encoder, if there is one, into `folder`."""
    no_weights(name, revision, files, folder)
