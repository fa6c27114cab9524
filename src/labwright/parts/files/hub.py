"""What the Hugging Face Hub's data sets and models have in common."""

import hashlib
from pathlib import Path
from typing import Any

import huggingface_hub
from huggingface_hub.errors import HfHubHTTPError

from labwright.parts.files.download import DamageError

# What the client raises where the Hub is not reached: its HTTP library's, or Python's.
HUB_BROKEN = (HfHubHTTPError.__bases__[0], ConnectionError)


def hub_login() -> dict[str, str]:
    """The header of who has logged in, by HF_TOKEN or `hf auth login`."""
    token = huggingface_hub.get_token()
    return {"Authorization": f"Bearer {token}"} if token else {}


def refuse_damaged(path: Path, entry: Any) -> None:
    """Remove a file that is not the one that the Hub's `entry` of it describes."""
    if entry.lfs:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        expected = entry.lfs.sha256
    else:
        content = path.read_bytes()  # small, for git keeps it
        found = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        expected = entry.blob_id
    if found != expected:
        size = path.stat().st_size
        path.unlink()
        raise DamageError(
            f"expected {path.name} with the Hub's hash {expected} and {entry.size:,} "
            f"bytes, found {found} and {size:,} bytes. Try again."
        )
