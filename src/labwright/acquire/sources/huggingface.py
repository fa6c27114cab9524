"""A data set of the Hugging Face Hub: commit, config and splits."""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import huggingface_hub
from datasets import get_dataset_config_names, load_dataset_builder
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from labwright.acquire.failures import (
    IDENTIFIER,
    explained,
    failure,
    first_line,
    tried,
)
from labwright.acquire.fingerprints import fingerprints
from labwright.acquire.limits import KEY
from labwright.acquire.located import Located, matches, not_found
from labwright.errors import AccessError, NotFoundError, SourceError
from labwright.parts.fetch_hub_files import fetch_hub_files
from labwright.parts.fetch_huggingface import (
    fetch_huggingface,
    keep_caches_below,
    sha256_of_rows,
)
from labwright.parts.files.download import SILENCE
from labwright.parts.files.hub import HUB_BROKEN, page_of
from labwright.parts.official import part_of
from labwright.task.model import Source

LOGIN = "Accept the conditions at {page}, then set HF_TOKEN or run `hf auth login`."
# The client's HTTP library has a base of its own for connections that fail.
HTTP_ERROR: type[Exception] = HfHubHTTPError.__bases__[0]


def locate_huggingface(source: Source, folder: Path) -> Located:
    """The commit, and the splits of the config as files; nothing but cards is fetched.

    Args:
        source: `file` takes files of the repository as they are, instead of splits.
        folder: The raw folder; the client's caches lie below it for the while.

    Raises:
        SourceError: there is no such set, config, split or file, or no answer.
    """
    name = source.identifier.removeprefix("hf://").removeprefix("datasets/").strip("/")
    cache = folder / ".locate"  # not the one that unfinished downloads are kept in
    before = caches_now()
    keep_caches_below(cache)
    gated = False
    huggingface_hub.get_session().timeout = SILENCE  # for the client's other requests
    try:
        info = tried(lambda: repository(name, source.revision), HUB_BROKEN)
        sizes = {file.rfilename: file.size or 0 for file in info.siblings or []}
        gated = bool(info.gated)
        if source.file:
            return as_files(source, info.id, info.sha, sizes)
        config = config_of(source, info.id, info.sha)
        data_files = tried(
            lambda: splits_of(info.id, config, info.sha, cache), HUB_BROKEN
        )
    except SourceError:
        raise
    except (HTTP_ERROR, OSError, ValueError, RuntimeError) as error:
        raise refusal(error, name, source, gated) from error
    finally:
        shutil.rmtree(cache, ignore_errors=True)
        keep_caches_in(before)
    splits = wanted_splits(source, list(data_files), info.id)
    parts = {f"{config}/{split}.parquet": part_of(split) for split in splits}
    return Located(
        fetch="fetch_huggingface",
        source=info.id,
        revision=info.sha,
        files=tuple(parts),
        size=sum(sizes.get(path, 0) for split in splits for path in data_files[split]),
        splits={path: part for path, part in parts.items() if part},
        versions=dict.fromkeys(parts, f"huggingface {info.id} {info.sha}"),
    )


def caches_now() -> dict[str, str]:
    """Where the client keeps its caches, to be set back for whoever uses it next."""
    return {
        name: getattr(huggingface_hub.constants, name)
        for name in ("HF_HUB_CACHE", "HF_ASSETS_CACHE", "HF_XET_CACHE")
    }


def keep_caches_in(places: dict[str, str]) -> None:
    for name, place in places.items():
        setattr(huggingface_hub.constants, name, place)


def repository(name: str, revision: str | None) -> Any:
    """What the Hub says of a repository, with the size of each file."""
    return huggingface_hub.HfApi().dataset_info(
        name, revision=revision, timeout=SILENCE, files_metadata=True
    )


def as_files(source: Source, name: str, commit: str, sizes: dict[str, int]) -> Located:
    """Files of the repository as they are at this commit."""
    pattern = source.file or ""
    files = [
        path
        for path in sizes
        if matches(path, pattern) or pattern.startswith(f"{path}/")
    ]
    if not files:
        raise not_found("a file", pattern, sizes, f"{KEY}.file", name)
    return Located(
        fetch="fetch_hub_files",
        source=name,
        revision=commit,
        files=tuple(sorted(files)),
        size=sum(sizes[path] for path in files),
        versions=dict.fromkeys(files, f"huggingface {name} {commit}"),
    )


def config_of(source: Source, name: str, commit: str) -> str:
    """The config that is asked for, or the only one, or the one called default."""
    configs: list[str] = tried(
        lambda: get_dataset_config_names(name, revision=commit), HUB_BROKEN
    )
    if source.config:
        if source.config not in configs:
            raise not_found("config", source.config, configs, f"{KEY}.config", name)
        return source.config
    if len(configs) == 1 or "default" in configs:
        return "default" if "default" in configs else configs[0]
    raise NotFoundError(
        f"one config of {name}",
        f"{len(configs)}: {', '.join(configs[:20])}",
        f'Name one of them: "config": "{configs[0]}".',
        key=f"{KEY}.config",
        candidates=configs,
    )


def splits_of(name: str, config: str, commit: str, cache: Path) -> dict[str, list[str]]:
    """The repository's files behind each split."""
    builder = load_dataset_builder(
        name, config, revision=commit, cache_dir=str(cache / "datasets")
    )
    return {
        str(split): [url.split("@", 1)[-1].split("/", 1)[-1] for url in urls]
        for split, urls in (builder.config.data_files or {}).items()
    }


def wanted_splits(source: Source, splits: list[str], name: str) -> list[str]:
    """Those that `split` names, joined by + where there are several; else all."""
    if source.split is None:
        return splits
    wanted = [split.strip() for split in source.split.split("+")]
    for split in wanted:
        if split not in splits:
            raise not_found("split", split, splits, f"{KEY}.split", name)
    return wanted


def refusal(
    error: Exception, name: str, source: Source, gated: bool = False
) -> SourceError:
    """The error for what the Hub's clients raise.

    To one who is not let in, they say of a gated set that it does not exist.
    """
    where = f"Hugging Face data set {name}"
    login = LOGIN.format(page=page_of(name, "dataset"))
    reason = first_line(error)
    if isinstance(error, GatedRepoError) or (gated and isinstance(error, OSError)):
        return AccessError(f"to be let in to {where}", reason, login, key=IDENTIFIER)
    if isinstance(error, RevisionNotFoundError):
        wanted, known = source.revision or "", revisions_of(name)
        return not_found("revision", wanted, known, f"{KEY}.revision", name)
    if isinstance(error, RepositoryNotFoundError | FileNotFoundError):
        return NotFoundError(
            where,
            reason,
            "Check the spelling, owner/name; a private one needs HF_TOKEN.",
            key=IDENTIFIER,
        )
    if isinstance(error, HTTP_ERROR | OfflineModeIsEnabled | OSError):
        at = urlsplit(huggingface_hub.constants.ENDPOINT).netloc
        return failure(error, f"{where} at {at}", login)
    return SourceError(
        f"{where} to hold data files that the client reads",
        reason,
        "Name one of its files by `file`, or another set.",
        key=IDENTIFIER,
    )


def revisions_of(name: str) -> list[str]:
    """Branches and tags of a repository; none where the Hub does not say."""
    try:
        refs = huggingface_hub.HfApi().list_repo_refs(name, repo_type="dataset")
    except (HTTP_ERROR, OSError):
        return []
    return [ref.name for ref in (*refs.branches, *refs.tags)]


def fetch_from_hub(
    located: Located, folder: Path, max_bytes: int | None
) -> dict[str, str | None]:
    """Take files as they are, or export the splits and fingerprint their rows."""
    files: dict[str, str | None] = dict.fromkeys(located.files)
    source = Source(type="huggingface", identifier=located.source)
    as_they_are = located.fetch == "fetch_hub_files"
    call = fetch_hub_files if as_they_are else fetch_huggingface
    before = caches_now()
    try:
        with explained(located.source):
            call(located.source, located.revision, files, folder, max_bytes)
    except SourceError:
        raise
    except (HTTP_ERROR, OSError, ValueError, RuntimeError) as error:
        raise refusal(error, located.source, source) from error
    finally:
        keep_caches_in(before)
    if as_they_are:
        return fingerprints(folder, located.files)
    return {name: sha256_of_rows(folder / name) for name in located.files}
