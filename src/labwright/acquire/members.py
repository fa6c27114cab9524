"""What an archive, a workbook or a database has inside; refused where it is a trap."""

import gzip
import sqlite3
import stat
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from labwright.acquire.folders import FEWEST_FILES, HOLDS, SUFFIXES, shared_levels
from labwright.acquire.limits import show_size
from labwright.acquire.opening import open_tar, open_zip
from labwright.errors import ReadError
from labwright.parts.folder import is_content
from labwright.parts.read_sqlite import tables_in

# Names that are certainly no tables; everything else is looked into.
OTHER_NAMES = {
    **dict.fromkeys(
        (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"), "image"
    ),
    **dict.fromkeys((".wav", ".mp3", ".flac", ".ogg", ".m4a"), "sound"),
    **dict.fromkeys((".mp4", ".avi", ".mkv", ".mov"), "film"),
    **dict.fromkeys(
        (".md", ".html", ".htm", ".pdf", ".py", ".ipynb", ".docx"), "text for people"
    ),
}
UNPACKED_FREELY = 2**30  # bytes; beyond it no more than so many times the archive's own
MOST_GROWTH = 100
MOST_MEMBERS = 5_000_000


@dataclass(frozen=True)
class Member:
    """One entry of an archive; `link` is where it leads, None for a file."""

    name: str
    size: int
    link: str | None = None
    is_device: bool = False


@dataclass(frozen=True)
class Members:
    """Of an archive: those that may be tables, their bytes, and what the others are.

    `folder` is the one below which its images, sounds or texts lie, with a slash at its
    end, where there are enough to be a table; all that is in it is then among the bytes
    and not among the candidates, but for what may be a table.
    """

    candidates: list[str]
    size: int  # bytes of the candidates once unpacked; 0 where the archive does not say
    ignored: Counter[str]
    folder: str | None = None


def members_of(archive: Path, kind: str) -> Members:
    """The members of a zip, tar or gz archive, by name; nothing is unpacked.

    Raises:
        ReadError: a member would be written outside, or is a device, and by its name; or
            it grows, or has more members, than data ever do.
    """
    most = most_bytes(archive)
    listed = {"zip": in_zip, "tar": in_tar, "gz": in_gz}[kind](archive, most)
    named: dict[PurePosixPath, int] = {}
    links: list[str] = []
    size = 0
    for number, member in enumerate(listed, start=1):
        refuse_trap(member, archive)
        size += member.size
        if size > most or number > MOST_MEMBERS:
            refuse_bomb(size, number, archive)
        if member.link is None:
            named[PurePosixPath(member.name)] = member.size
        else:
            links.append(member.name)
    sizes = {path: size for path, size in sorted(named.items()) if is_content(path)}
    folder, inside = folder_in(sizes)
    others = {path: OTHER_NAMES.get(path.suffix.lower()) for path in sizes}
    candidates = [path for path in sizes if others[path] is None and path not in inside]
    unpacked = {*candidates, *below(sizes, folder)}
    return Members(
        [path.as_posix() for path in candidates],
        sum(sizes[path] for path in unpacked),
        Counter(other for path in {*sizes} - inside if (other := others[path]))
        + Counter({f"link such as {links[0]}": len(links)} if links else {}),
        folder,
    )


def in_zip(archive: Path, most: int) -> Iterator[Member]:
    """The files and links of a ZIP archive; what leads a link on is its content."""
    with open_zip(archive) as zipped:
        for one in zipped.infolist():
            if stat.S_ISLNK(one.external_attr >> 16):
                target = zipped.open(one).read(1_000).decode(errors="replace")
                yield Member(one.filename, 0, target)
            elif one.filename and not one.is_dir():  # a damaged one may lack a name
                yield Member(one.filename, one.file_size)


def in_tar(archive: Path, most: int) -> Iterator[Member]:
    """The members of a TAR archive, but for its folders, one after the other."""
    with open_tar(archive) as tarred:
        for one in tarred:
            vars(tarred)["members"].clear()  # it would keep them all
            if one.issym() or one.islnk():
                # a symbolic link leads on from its folder, a hard one from the top
                above = PurePosixPath(one.name).parent if one.issym() else ""
                yield Member(one.name, 0, str(above / PurePosixPath(one.linkname)))
            elif not one.isdir():
                yield Member(one.name, one.size, is_device=not one.isfile())


def in_gz(archive: Path, most: int) -> Iterator[Member]:
    """The one file of a GZIP archive, which nothing but unpacking tells the size of."""
    size = 0
    with gzip.open(archive) as stream:
        while size <= most and (block := stream.read(1 << 20)):
            size += len(block)
    yield Member(Path(archive.name).stem, size)


def refuse_trap(member: Member, archive: Path) -> None:
    """Stop at a member that no archive of data has.

    Raises:
        ReadError: with its name.
    """
    found = None
    if leads_out(member.name):
        found = "a path that leads out of it"
    elif member.link is not None and leads_out(member.link):
        found = f"a link that leads out of it, to {member.link}"
    elif member.is_device:
        found = "a device"
    if found:
        raise ReadError(
            f"files that stay inside {archive.name}",
            f"{member.name}, {found}",
            "If you trust it, unpack it yourself and name the folder.",
            key=archive.name,
        )


def leads_out(name: str) -> bool:
    """Whether a path, as any system reads it, ends above the folder it is meant for."""
    if name.startswith("/") or PureWindowsPath(name).drive:
        return True
    depth = 0
    for part in name.replace("\\", "/").split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(part, 1)
        if depth < 0:
            return True
    return False


def most_bytes(archive: Path) -> int:
    """How much an archive may hold."""
    return max(UNPACKED_FREELY, MOST_GROWTH * archive.stat().st_size)


def refuse_bomb(size: int, members: int, archive: Path) -> None:
    """Stop before an archive grows beyond what data ever do.

    Raises:
        ReadError: with both figures.
    """
    if members > MOST_MEMBERS:
        expected = f"an archive of at most {MOST_MEMBERS:,} files"
        found = f"more of them in {archive.name}"
    elif size > most_bytes(archive):
        expected = f"an archive that grows at most {MOST_GROWTH}-fold once unpacked"
        packed = show_size(archive.stat().st_size)
        found = f"{packed} that hold {show_size(size)} or more in {archive.name}"
    else:
        return
    raise ReadError(
        expected,
        found,
        "If you trust it, unpack it yourself and name the folder.",
        key=archive.name,
    )


def refuse_packed_bomb(path: Path) -> None:
    """The same for a workbook, or for arrays, which are ZIP archives too."""
    if zipfile.is_zipfile(path):
        with open_zip(path) as zipped:
            sizes = [one.file_size for one in zipped.infolist()]
        refuse_bomb(sum(sizes), len(sizes), path)


def folder_in(
    paths: Collection[PurePosixPath],
) -> tuple[str | None, set[PurePosixPath]]:
    """The folder of those files of an archive that may be a table together, and these.

    Texts lie in several folders, or they are tables of their own.
    """
    inside: set[PurePosixPath] = set()
    for kind in HOLDS:
        alike = [path for path in paths if SUFFIXES.get(path.suffix.lower()) == kind]
        apart = kind != "text" or len({path.parent for path in alike}) > 1
        if len(alike) >= FEWEST_FILES and apart:
            inside.update(alike)
    if not inside:
        return None, inside
    common = shared_levels(path.parts[:-1] for path in inside)
    return "".join(f"{name}/" for name in common), inside


def below(paths: Iterable[PurePosixPath], folder: str | None) -> list[PurePosixPath]:
    """Those in a folder; none without one."""
    return [
        path for path in paths if folder is not None and str(path).startswith(folder)
    ]


def parts_of(path: Path, kind: str) -> list[str]:
    """Sheets of a workbook, tables of a database; one nameless part for other files.

    Raises:
        ReadError: the file is damaged, or there is nothing in it.
    """
    if kind not in ("excel", "sqlite"):
        return [""]
    try:
        parts = sheets_of(path) if kind == "excel" else tables_in(path)
    except (ValueError, OSError, sqlite3.Error) as error:
        raise ReadError(
            f"{path.name} to be a whole {kind} file",
            str(error).splitlines()[0],
            "Open it in its own program and save it anew.",
            key=path.name,
        ) from error
    if not parts:
        raise ReadError(
            f"a table in {path.name}", "none", "Name another file.", key=path.name
        )
    return parts


def sheets_of(path: Path) -> list[str]:
    """The sheets that have cells, in their order."""
    import fastexcel

    from labwright.parts.read_excel import filled_sheets

    try:
        return filled_sheets(path)
    except fastexcel.FastExcelError as error:
        raise ValueError(str(error)) from error
