"""Files, folders, globs and hive-partitioned folders on the disk."""

import contextlib
import os
from pathlib import Path

from labwright.acquire.fingerprints import fingerprints
from labwright.acquire.limits import KEY
from labwright.acquire.located import Located, nearest
from labwright.errors import NotFoundError
from labwright.parts.fetch_local import fetch_local
from labwright.parts.folder import files_below
from labwright.task.model import Source

MOST_LISTED = 20  # files of a folder that are named one by one


def locate_local(source: Source, workspace: Path) -> Located:
    """The files that `identifier` names, relative to the workspace or absolute.

    Raises:
        NotFoundError: nothing is there; lists what lies beside it.
    """
    workspace = workspace.absolute()
    named = Path(source.identifier.removeprefix("file://"))
    with contextlib.suppress(RuntimeError):  # ~name, and nobody is called so
        named = named.expanduser()
    path = workspace / named
    root, found = files_at(path)
    experiments = workspace / "experiments"  # what was made here is no source
    if not root.is_relative_to(experiments):
        found = [file for file in found if not file.is_relative_to(experiments)]
    if not found:
        raise nothing_at(path, source)
    if len(found) > MOST_LISTED and is_whole(path, found, experiments):
        return whole_folder(Path(os.path.normpath(path)), found, workspace)
    return Located(
        fetch="fetch_local",
        source=relative_to_workspace(path, workspace),
        revision=None,
        files=tuple(file.relative_to(root).as_posix() for file in found),
        size=sum(file.stat().st_size for file in found),
    )


def is_whole(path: Path, found: list[Path], experiments: Path) -> bool:
    """Whether the files are all that a folder holds, so that it can be named instead."""
    if not path.is_dir() or experiments.is_relative_to(os.path.normpath(path)):
        return False
    return {file.relative_to(path).as_posix() for file in found} <= {*files_below(path)}


def whole_folder(path: Path, found: list[Path], workspace: Path) -> Located:
    """A folder of many files as one entry, with one fingerprint."""
    return Located(
        fetch="fetch_local",
        source=relative_to_workspace(path.parent, workspace),
        revision=None,
        files=(f"{path.name}/",),
        size=sum(file.stat().st_size for file in found),
    )


def files_at(path: Path) -> tuple[Path, list[Path]]:
    """The folder that paths are relative to, and the files in stable order.

    The folder is the same that `fetch_local` finds: the last one above the files that
    the path names without a pattern.
    """
    root = path
    while not root.is_dir():
        root = root.parent
    if root == path:
        found = [file for file in path.rglob("*") if file.is_file()]
    elif path.is_file():
        found = [path]
    else:
        pattern = path.relative_to(root).as_posix()
        hits = list(root.glob(pattern))
        found = [file for file in hits if file.is_file()]
        for folder in (hit for hit in hits if hit.is_dir()):
            found += [file for file in folder.rglob("*") if file.is_file()]
    return root, sorted({file for file in found if not is_hidden(file, root)})


def join_local(located: list[Located], workspace: Path) -> Located:
    """Several local sources as one: the files below the folder that holds them all."""
    workspace = workspace.absolute()
    roots = [files_at(workspace / one.source)[0] for one in located]
    common = Path(os.path.commonpath(roots))
    paths = {
        (root / name).relative_to(common).as_posix() + "/" * name.endswith("/"): None
        for root, one in zip(roots, located, strict=True)
        for name in one.files
    }
    return Located(
        fetch="fetch_local",
        source=relative_to_workspace(common, workspace),
        revision=None,
        files=tuple(paths),
        size=sum(one.size for one in located),
    )


def names_below(joined: Located, one: Located, workspace: Path) -> tuple[str, ...]:
    """What the files of one source are called in several that were joined."""
    common = workspace.absolute() / joined.source
    root = files_at(workspace.absolute() / one.source)[0]
    return tuple(
        (root / name).relative_to(common).as_posix() + "/" * name.endswith("/")
        for name in one.files
    )


def is_hidden(file: Path, root: Path) -> bool:
    """Hidden files, and the markers that Spark leaves: _SUCCESS, _metadata."""
    parts = file.relative_to(root).parts
    return any(part.startswith(".") for part in parts) or parts[-1].startswith("_")


def relative_to_workspace(path: Path, workspace: Path) -> str:
    """As the experiment names it: it moves with its workspace where it lies inside."""
    if path.is_relative_to(workspace):
        return path.relative_to(workspace).as_posix()
    return path.as_posix()


def nothing_at(path: Path, source: Source) -> NotFoundError:
    """The error, with what lies in the nearest folder that exists."""
    if path.is_symlink() or path.exists():
        return no_file(path)
    folder = path.parent
    while not folder.is_dir():
        if folder.is_file():
            return inside_file(path, folder, source)
        folder = folder.parent
    beside = [entry.name for entry in sorted(folder.iterdir())]
    close = nearest(path.name, [name for name in beside if not name.startswith(".")])
    names = [str(Path(source.identifier).parent / name) for name in close]
    if folder != path.parent:
        names = [str(folder / name) for name in close]
    return NotFoundError(
        f"a file, folder or glob at {path}",
        f"none; {folder} holds {', '.join(close) or 'nothing'}",
        "Paths are relative to the workspace, the folder that holds `experiments`.",
        key=f"{KEY}.identifier",
        candidates=names,
    )


def no_file(path: Path) -> NotFoundError:
    """The error for what is there and holds no data that could be read twice."""
    found = "a device, pipe or socket"
    if path.is_dir():
        found = "a folder without files, or with none but hidden ones and experiments"
    if not path.exists():
        found = f"a link to {path.readlink()}, which is not there"
    return NotFoundError(
        f"a file, folder or glob at {path}",
        found,
        "Name a regular file, or a folder that holds some.",
        key=f"{KEY}.identifier",
    )


def inside_file(path: Path, file: Path, source: Source) -> NotFoundError:
    """The error for a path that goes on below a file: a member of an archive."""
    member = path.relative_to(file)
    named = Path(source.identifier.removeprefix("file://"))
    identifier = named.parents[len(member.parts) - 1].as_posix()
    return NotFoundError(
        f"a file, folder or glob at {path}",
        f"none; {identifier} is a file",
        f'Write "identifier": "{identifier}", "file": "{member.as_posix()}".',
        key=f"{KEY}.identifier",
        candidates=(identifier,),
    )


def fetch_from_disk(
    located: Located, folder: Path, workspace: Path
) -> dict[str, str | None]:
    """Copy or link the files, and fingerprint them."""
    absolute = str(workspace.absolute() / located.source)
    files: dict[str, str | None] = dict.fromkeys(located.files)
    fetch_local(absolute, None, files, folder, None)
    return fingerprints(folder, located.files)
