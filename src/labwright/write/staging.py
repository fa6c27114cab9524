"""Where things are made before they get their final name: experiments/.staging."""

import contextlib
import fcntl
import hashlib
import itertools
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from labwright.acquire.reuse import ASIDE, NOTE
from labwright.errors import DownloadError, LabwrightError
from labwright.task.model import Task

STAGING = ".staging"


@contextlib.contextmanager
def raw_folder(task: Task, experiments: Path) -> Iterator[Path]:
    """A folder to acquire the task's source into, for as long as it is needed.

    What was downloaded is kept for the next call with the same source, if this one ends
    with an error that a person can mend; all else is removed. A call that was killed
    leaves everything to the next one.
    """
    is_new = not experiments.exists()
    with claimed(experiments / STAGING, source_key(task)) as folder:
        take_back(folder)
        try:
            yield folder / "data" / "raw"
        except (LabwrightError, KeyboardInterrupt) as error:
            is_fetched = any(source.type != "local" for source in task.data_sources)
            is_cut_off = isinstance(error, DownloadError | KeyboardInterrupt)
            if not (is_cut_off or is_fetched) or not has_bytes(folder):
                shutil.rmtree(folder)
            raise
        except BaseException:
            shutil.rmtree(folder)
            raise
        else:
            shutil.rmtree(folder)
        finally:
            with contextlib.suppress(OSError):  # something is left in it
                (experiments / STAGING).rmdir()
                if is_new:
                    experiments.rmdir()


def take_back(folder: Path) -> None:
    """Take the raw files out of an experiment that was being made from them.

    Whoever made it is dead, since it held the lock that is held here.
    """
    for building in folder.parent.glob(f"{folder.name}.*"):
        moved, raw = building / "data" / "raw", folder / "data" / "raw"
        if moved.exists() and not raw.exists():
            raw.parent.mkdir(exist_ok=True)
            moved.rename(raw)
        shutil.rmtree(building, ignore_errors=True)  # its check may still be at work


def has_bytes(folder: Path) -> bool:
    """Whether anything was fetched; the lock is not, and notes of what it is are not."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return any(path.stat().st_size for path in files if path.name != NOTE)


@contextlib.contextmanager
def claimed(parent: Path, key: str) -> Iterator[Path]:
    """A folder below `parent` that no other process has: `key`, or `key`-1 and so on."""
    for number in itertools.count():
        folder = parent / (f"{key}-{number}" if number else key)
        lock = try_lock(folder)
        if lock is not None:
            with lock:
                yield folder
            return


def try_lock(folder: Path) -> IO[str] | None:
    """The open lock file of a folder, which is made; None if another process has it."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "lock"
        try:
            lock = path.open("w")
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.stat().st_ino == os.fstat(lock.fileno()).st_ino:
                return lock
        except FileNotFoundError:
            continue  # its last owner has just removed it
        except BlockingIOError:
            lock.close()
            return None


def source_key(task: Task) -> str:
    """The same for the same source, so that an unfinished download is found again."""
    told = [source.model_dump_json(exclude=ASIDE) for source in task.data_sources]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


@contextlib.contextmanager
def building_folder(experiments: Path, fingerprint: str, raw: Path) -> Iterator[Path]:
    """A folder to make an experiment in, with `raw` moved to its data/raw.

    If it cannot be finished, the folder is removed and `raw` is where it was before. Its
    name tells `take_back` where that is.
    """
    staging = experiments / STAGING
    key = raw.parents[1].name if raw.parents[2] == staging else fingerprint[:16]
    folder = staging / f"{key}.{os.getpid()}"
    moved = folder / "data" / "raw"
    shutil.rmtree(folder, ignore_errors=True)  # of a process of that number, long gone
    moved.parent.mkdir(parents=True)
    shutil.move(raw, moved)
    try:
        yield folder
    except BaseException:
        shutil.move(moved, raw)
        shutil.rmtree(folder)
        raise
    finally:
        with contextlib.suppress(OSError):  # something else is in it
            folder.parent.rmdir()


def give_name(
    folder: Path, experiments: Path, name: str, now: Callable[[], datetime]
) -> Path:
    """Rename a finished experiment to YYYYMMDD_HHMMSS_name, when the disk has its files.

    A name that is taken waits for the next second.
    """
    bring_to_disk(folder)
    while True:
        moment = now()
        path = experiments / f"{moment:%Y%m%d_%H%M%S}_{name}"
        if not path.exists():
            try:
                folder.rename(path)
            except OSError:
                if not path.exists():
                    raise  # else another process was faster
            else:
                sync(experiments)
                return path
        time.sleep(1 - moment.microsecond / 1e6)


def bring_to_disk(folder: Path) -> None:
    """Wait until the disk has an experiment's own files, and then their names.

    Those in data/ may be many; they are held against their sha256 before they are used.
    """
    for path in sorted(folder.iterdir()):
        if path.is_file():
            sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError:
        if path.is_file():
            raise  # else a network disk that cannot do so with folders
    finally:
        os.close(number)
