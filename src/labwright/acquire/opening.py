"""Archives opened so that what stands in them about their members fits into memory.

Python's readers take the directory of a ZIP archive, and a long name or a PAX header in a
TAR archive, as a whole and as long as it says that it is.
"""

import io
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from labwright.acquire.limits import show_size
from labwright.errors import ReadError

MOST_DIRECTORY = 2**28  # bytes that list the members of a ZIP archive, 46 or more each
MOST_HEADER = 2**22  # bytes about one member of a TAR archive
LONG_HEADERS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """A ZIP archive, to be read.

    Raises:
        ReadError: its directory is longer than MOST_DIRECTORY.
    """

    class Limited(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            refuse_long(size or 0, MOST_DIRECTORY, path)
            return super().read(size)

    with Limited(path) as file, zipfile.ZipFile(file) as archive:
        yield archive


def open_tar(path: Path) -> tarfile.TarFile:
    """A TAR archive, compressed or not, to be read member by member.

    Raises:
        ReadError: what it says of a member is longer than MOST_HEADER.
    """

    class Limited(tarfile.TarInfo):
        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
            info = super().frombuf(buf, encoding, errors)
            if info.type in LONG_HEADERS:
                refuse_long(info.size, MOST_HEADER, path)
            return info

    return tarfile.open(path, tarinfo=Limited)


def refuse_long(size: int, most: int, path: Path) -> None:
    """Stop before more is read about the members of an archive than there ever is."""
    if size > most:
        raise ReadError(
            f"at most {show_size(most)} about the members of an archive",
            f"{show_size(size)} in {path.name}",
            "If you trust it, unpack it yourself and name the folder.",
            key=path.name,
        )
