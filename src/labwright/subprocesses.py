"""How the programs of an experiment are started."""

import os
from pathlib import Path


def environment(folder: Path) -> dict[str, str]:
    """The variables of this process, with torch's caches inside the experiment.

    Importing Lightning imports torch's compiler, which makes a folder for its cache in the
    system's temporary folder unless it is told another place.
    """
    cache = folder.resolve() / "data" / "cache" / "torch"
    return {"TORCHINDUCTOR_CACHE_DIR": str(cache)} | os.environ
