"""The pretrained encoder that a task names: pinned, and fetched beside the data."""

from pathlib import Path
from urllib.parse import urlsplit

from labwright.acquire.acquired import Pretrained
from labwright.acquire.failures import explained, failure, first_line, tried
from labwright.acquire.limits import DEFAULT_MAX_BYTES, check_size
from labwright.errors import AccessError, NotFoundError
from labwright.parts.hashing import sha256_of
from labwright.task.model import Task

KEY = "pretrained"
NEEDED = ("config.json", "tokenizer.json")
WEIGHTS = ".safetensors"
LOGIN = "Accept the conditions at {page}, then set HF_TOKEN or run `hf auth login`."


def acquire_pretrained(
    task: Task, folder: Path, workspace: Path, max_bytes: int | None
) -> Pretrained | None:
    """The files of the encoder in `folder`; None where the task names none.

    A folder of that name in the workspace comes before the Hub. Weights are taken as
    safetensors only, which hold no code.

    Raises:
        NotFoundError: there is no such encoder, or it lacks a file that is needed.
        AccessError: it is gated.
        DownloadError: the Hub was not reached.
        TooLargeError: the weights are over the size cap.
    """
    name = task.pretrained
    if not name:
        return None
    root = workspace.absolute() / name
    if root.is_dir():
        names = [path.name for path in sorted(root.iterdir()) if path.is_file()]
        chosen = needed(name, names)
        from labwright.parts.fetch_local import bring

        for file in chosen:
            bring(root / file, folder / file)
        return Pretrained(name, None, "weights_on_disk", fingerprints(folder, chosen))
    return from_hub(name, folder, max_bytes)


def needed(name: str, names: list[str]) -> list[str]:
    """Those of an encoder's files that reading texts with it needs.

    Raises:
        NotFoundError: one is absent.
    """
    weights = [file for file in names if file.endswith(WEIGHTS) and "/" not in file]
    whole = [file for file in weights if file == "model.safetensors"]
    absent = [file for file in NEEDED if file not in names]
    if absent or not weights:
        raise NotFoundError(
            f"config.json, tokenizer.json and weights as {WEIGHTS} in {name}",
            f"no {' and no '.join(absent or [WEIGHTS])}",
            "Name a text encoder that has them: other forms of weights may hold code.",
            key=KEY,
        )
    index = [file for file in names if file == "model.safetensors.index.json"]
    return [*NEEDED, *(whole or [*index, *weights])]


def from_hub(name: str, folder: Path, max_bytes: int | None) -> Pretrained:
    """The encoder of a repository at its newest commit, which is pinned."""
    import huggingface_hub
    import requests
    from huggingface_hub import constants
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    from labwright.parts.fetch_weights import weights_of_hub
    from labwright.parts.files.download import SILENCE
    from labwright.parts.files.hub import HUB_BROKEN, page_of

    at = urlsplit(constants.ENDPOINT).netloc
    where = f"{name} on Hugging Face, {at}"
    login = LOGIN.format(page=page_of(name, "model"))
    api = huggingface_hub.HfApi()
    unreached: tuple[type[Exception], ...] = (
        *HUB_BROKEN,
        requests.RequestException,
        OfflineModeIsEnabled,
    )
    try:
        info = tried(
            lambda: api.model_info(name, files_metadata=True, timeout=SILENCE),
            HUB_BROKEN,
        )
        entries = {file.rfilename: file for file in info.siblings or []}
        chosen = needed(name, sorted(entries))
        size = sum(entries[file].size or 0 for file in chosen)
        check_size(size, max_bytes or DEFAULT_MAX_BYTES, folder, name)
        files: dict[str, str | None] = dict.fromkeys(chosen)
        with explained(where, KEY):
            weights_of_hub(info.id, info.sha, files, folder)
    except GatedRepoError as error:  # a RepositoryNotFoundError too
        raise AccessError(
            f"to be let in to {where}", first_line(error), login, key=KEY
        ) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise NotFoundError(
            f"a folder in the workspace, or a model on Hugging Face, named {name}",
            first_line(error),
            "Check the spelling, owner/name; a private one needs HF_TOKEN.",
            key=KEY,
        ) from error
    except unreached as error:
        raise failure(error, where, login, KEY) from error
    found = fingerprints(folder, chosen)
    return Pretrained(info.id, info.sha, "weights_of_hub", found)


def fingerprints(folder: Path, names: list[str]) -> dict[str, str | None]:
    """sha256 of each file."""
    return {name: sha256_of(folder / name) for name in names}
