"""The pretrained encoder that a task names: pinned, and fetched beside the data."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from labwright.acquire.acquired import Pretrained
from labwright.acquire.failures import explained, failure, first_line, tried
from labwright.acquire.limits import DEFAULT_MAX_BYTES, check_size
from labwright.acquire.located import Located
from labwright.acquire.reuse import note_origin, recalled, take_again
from labwright.acquire.sources import found_or_known
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
    return from_hub(name, folder, workspace, max_bytes)


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


def from_hub(
    name: str, folder: Path, workspace: Path, max_bytes: int | None
) -> Pretrained:
    """The encoder of a repository at its newest commit, which is pinned.

    What was fetched before is taken again, as of sources of data; where the Hub is not
    reached, as it was then.
    """
    from labwright.parts.fetch_weights import weights_of_hub

    asked = {KEY: name}
    known = recalled(asked, name, folder.parent, workspace)
    found = found_or_known(lambda: located_at_hub(name), known)
    check_size(found.size, max_bytes or DEFAULT_MAX_BYTES, folder, name)
    folder.mkdir(parents=True, exist_ok=True)
    take_again(folder, found, folder.parents[1], workspace)
    note_origin(folder, [(asked, found)], found.versions, is_whole=False)
    files: dict[str, str | None] = dict.fromkeys(found.files)
    with hub_errors(name), explained(hub_called(name), KEY):
        weights_of_hub(found.source, found.revision, files, folder)
    note_origin(folder, [(asked, found)], found.versions, is_whole=True)
    sha256s = fingerprints(folder, list(found.files))
    return Pretrained(found.source, found.revision, found.fetch, sha256s, found.notes)


def located_at_hub(name: str) -> Located:
    """What the repository has at its newest commit."""
    import huggingface_hub

    from labwright.parts.files.download import SILENCE
    from labwright.parts.files.hub import HUB_BROKEN

    with hub_errors(name):
        info = tried(
            lambda: huggingface_hub.HfApi().model_info(
                name, files_metadata=True, timeout=SILENCE
            ),
            HUB_BROKEN,
        )
    entries = {file.rfilename: file for file in info.siblings or []}
    chosen = needed(name, sorted(entries))
    return Located(
        fetch="weights_of_hub",
        source=info.id,
        revision=info.sha,
        files=tuple(chosen),
        size=sum(entries[file].size or 0 for file in chosen),
        versions={file: version_of(entries[file]) for file in chosen},
    )


def version_of(entry: Any) -> str:
    """What the Hub knows a file by: the sha256 of a large one, git's hash of others."""
    return str(entry.lfs.sha256 if entry.lfs else entry.blob_id)


def hub_called(name: str) -> str:
    """An encoder and where it was looked for, for errors."""
    from huggingface_hub import constants

    return f"{name} on Hugging Face, {urlsplit(constants.ENDPOINT).netloc}"


@contextmanager
def hub_errors(name: str) -> Iterator[None]:
    """What the Hub's client raises, as errors about the task's `pretrained`."""
    import requests
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
    )

    from labwright.parts.files.hub import HUB_BROKEN, page_of

    where = hub_called(name)
    login = LOGIN.format(page=page_of(name, "model"))
    unreached: tuple[type[Exception], ...] = (
        *HUB_BROKEN,
        requests.RequestException,
        OfflineModeIsEnabled,
    )
    try:
        yield
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


def fingerprints(folder: Path, names: list[str]) -> dict[str, str | None]:
    """sha256 of each file."""
    return {name: sha256_of(folder / name) for name in names}
