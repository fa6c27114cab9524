"""The pretrained encoder: which one it is, and where its files are.

They are fetched once, verified by sha256, and kept in data/raw.
"""

from functools import cache
from pathlib import Path

from labwright.parts.fetch_weights import weights_on_disk

# A folder of the workspace or owner/name on the Hub, the commit there, and the files with
# their sha256; None instead of one accepts a new file knowingly.
PRETRAINED: str = "encoder"
PRETRAINED_REVISION: str | None = None
PRETRAINED_FILES: dict[str, str | None] = {}

# ---- encoder -------------------------------------------------------------------------


@cache
def encoder() -> Path:
    """The folder of the encoder's files, fetched if they are not there, and verified."""
    folder = Path(__file__).resolve().parent / "data" / "raw" / ".pretrained"
    weights_on_disk(PRETRAINED, PRETRAINED_REVISION, PRETRAINED_FILES, folder)
    return folder
