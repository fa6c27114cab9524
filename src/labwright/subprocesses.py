"""How the programs of an experiment are started."""

import os
from pathlib import Path


def environment(cache: Path) -> dict[str, str]:
    """The variables of this process, with the cache of torch's compiler in `cache`.

    Importing Lightning imports that compiler, which makes a folder for its cache in the
    system's temporary folder unless it is told another place.
    """
    return {"TORCHINDUCTOR_CACHE_DIR": str(cache.resolve())} | os.environ
