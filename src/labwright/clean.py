"""Frees space: removes what an experiment can make or fetch again, and nothing else.

What that is, is written down here. A file that no rule names is not ours, and is kept:

    data/raw/<file>                 named in FILES with a sha256 that it still has, and
                                    fetched from elsewhere: a file of this machine is kept
    data/raw/.pretrained/<file>     of an encoder of Hugging Face, likewise
    data/raw/unpacked/<archive>/    members of such an archive
    data/prepared/<12 hex digits>/  arrays and tables of dataloader.py
    data/cache/                     of torch's compiler
    runs/<n>/checkpoints/last.ckpt  of a completed run; another goes on from it
    .<name>.unfinished, runs/.new/  left by a process that was killed
    __pycache__/*.pyc
    experiments/.staging/           downloads that no generate is at work on

An experiment in which a train.py is at work is left alone.
"""

import re
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from labwright.experiments import is_at_work, read_json, read_run
from labwright.parts.hashing import sha256_of
from labwright.write.staging import STAGING, try_lock

PREPARED = re.compile(r"[0-9a-f]{12}(\.\d+)?")  # with the number of a killed process
PREPARED_FILES = re.compile(r".+\.(npy|parquet|part)|encoder\.json")
LEFT = re.compile(r"\..+\.(unfinished|\d{3})")  # beside the file it was to become


@dataclass(frozen=True)
class Removable:
    """Files of one kind that can be removed.

    Attributes:
        folder: The experiment, or the folder of unfinished downloads.
        what: Such as "prepared data".
        files: All of them.
        size: Bytes that become free; a file that has other names keeps its bytes.
    """

    folder: Path
    what: str
    files: tuple[Path, ...]
    size: int

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        found = {"folder": str(self.folder), "what": self.what}
        return found | {"files": len(self.files), "bytes": self.size}


def is_in_use(experiment: Path) -> bool:
    """Whether a train.py is at work in one of the experiment's runs."""
    runs = (path for path in experiment.glob("runs/[0-9]*") if path.is_dir())
    return any((run / ".lock").exists() and is_at_work(run) for run in runs)


def removable(experiment: Path) -> list[Removable]:
    """What can be removed of an experiment that is not in use, by the rules above."""
    kinds = {
        "downloads": downloads(experiment),
        "prepared data": prepared(experiment),
        "checkpoints to go on from": checkpoints(experiment),
        "caches and leftovers": leftovers(experiment),
    }
    return list(_found(experiment, kinds))


def unfinished(experiments: Path) -> list[Removable]:
    """Downloads in experiments/.staging that no generate is at work on."""
    staging = experiments / STAGING
    return list(_found(staging, {"unfinished downloads": _unclaimed(staging)}))


def remove(found: Iterable[Removable]) -> None:
    """Remove the files, and the folders that are empty then.

    What somebody has begun to work at since it was found is kept.
    """
    for each in found:
        files = set(each.files)
        if each.folder.name == STAGING:
            files &= set(_unclaimed(each.folder))
        elif is_in_use(each.folder):
            continue
        for path in files:
            path.unlink(missing_ok=True)
        for folder in sorted({path.parent for path in files}, reverse=True):
            _remove_empty(folder, each.folder)


# ---- rules ---------------------------------------------------------------------------


def downloads(experiment: Path) -> Iterator[Path]:
    """Raw files as they were fetched from elsewhere, and what was unpacked of them."""
    plan = read_json(experiment / "plan.json")
    names = plan.get("names", {})
    places = plan.get("copies", {}).get("place", {}).values() or [{}]
    fetches = [(names | place).get("fetch_local", "fetch_local") for place in places]
    constants, raw = plan.get("constants", {}), experiment / "data" / "raw"
    if "fetch_local" not in fetches:  # what lies here may be the only copy there is
        for path in _unchanged(raw, constants.get("FILES", {})):
            yield from _members(path, raw / "unpacked" / path.relative_to(raw))
            yield path
    if "weights_of_hub" in names.values():
        weights = constants.get("PRETRAINED_FILES", {})
        yield from _unchanged(raw / ".pretrained", weights)


def _unchanged(folder: Path, files: dict[str, str | None]) -> Iterator[Path]:
    """Those of the files that are what they were when they were fetched."""
    for name, sha256 in files.items():
        path = folder / name
        if sha256 and _is_ours(path) and sha256_of(path) == sha256:
            yield path


def prepared(experiment: Path) -> Iterator[Path]:
    """Arrays and tables that dataloader.py makes of the raw files."""
    for folder in (experiment / "data" / "prepared").glob("*"):
        if PREPARED.fullmatch(folder.name) and not folder.is_symlink():
            for path in folder.rglob("*"):
                if _is_ours(path) and PREPARED_FILES.fullmatch(path.name):
                    yield path


def checkpoints(experiment: Path) -> Iterator[Path]:
    """Those that only serve to go on, of runs that are completed."""
    for run in experiment.glob("runs/[0-9]*"):
        last, best = (run / "checkpoints" / f"{name}.ckpt" for name in ("last", "best"))
        done = run.is_dir() and read_run(run).status == "completed"
        if done and _is_ours(last) and best.exists():
            yield last


def leftovers(experiment: Path) -> Iterator[Path]:
    """Caches, and what killed processes have left."""
    yield from _files(experiment / "data" / "cache")
    yield from _files(experiment / "runs" / ".new")
    yield from experiment.glob("__pycache__/*.pyc")
    runs = [path for path in experiment.glob("runs/[0-9]*") if path.is_dir()]
    for folder in (experiment, *runs, *(run / "checkpoints" for run in runs)):
        yield from _files(folder / ".unfinished")
        for path in folder.glob(".*"):
            if LEFT.fullmatch(path.name) and _is_ours(path):
                yield path


def _unclaimed(staging: Path) -> Iterator[Path]:
    """Files of folders whose lock nobody holds."""
    for folder in sorted(staging.glob("*")):
        owner = staging / folder.name.partition(".")[0]
        lock = try_lock(owner) if owner.exists() else None
        if lock is not None or not owner.exists():
            yield from _files(folder)
        if lock is not None:
            lock.close()


# ---- files ---------------------------------------------------------------------------


def _found(folder: Path, kinds: dict[str, Iterator[Path]]) -> Iterator[Removable]:
    """Each kind of which there are files, with the bytes that become free."""
    files = {what: tuple(paths) for what, paths in kinds.items()}
    going = Counter(
        path.stat().st_ino for paths in files.values() for path in paths
    )  # of a file with several names
    for what, paths in files.items():
        if paths:
            stats = {path.stat().st_ino: path.stat() for path in paths}
            freed = (s.st_size for s in stats.values() if going[s.st_ino] >= s.st_nlink)
            yield Removable(folder, what, paths, sum(freed))


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder that is no link to elsewhere."""
    if not folder.is_symlink():
        yield from filter(_is_ours, folder.rglob("*"))


def _is_ours(path: Path) -> bool:
    """A file, and no link to one of somebody else."""
    return path.is_file() and not path.is_symlink()


def _members(archive: Path, folder: Path) -> Iterator[Path]:
    """The unpacked members of an archive that are still as large as in it."""
    sizes: dict[str, int] = {}
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as opened:
            sizes = {member.filename: member.file_size for member in opened.infolist()}
    elif folder.exists() and tarfile.is_tarfile(archive):
        with tarfile.open(archive) as members:
            sizes = {member.name: member.size for member in members}
    for name, size in sizes.items():
        path = folder / name
        inside = path.resolve().is_relative_to(folder.resolve())
        if inside and _is_ours(path) and path.stat().st_size == size:
            yield path
    yield from filter(_is_ours, folder.rglob(".whole"))


def _remove_empty(folder: Path, top: Path) -> None:
    """Remove a folder and those above it, up to `top`, as far as they are empty."""
    while folder != top and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
