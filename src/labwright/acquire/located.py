"""What a source has, before anything of it is fetched; and how names are searched."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from labwright.acquire.acquired import Metadata
from labwright.errors import NotFoundError

# What every fetch part looks like: (source, revision, files, folder, max_bytes).
Fetch = Callable[[str, str | None, dict[str, str | None], Path, int | None], None]


@dataclass(frozen=True)
class Located:
    """A source that was found, with everything that fetching it needs.

    Attributes:
        fetch: Name of the part that fetches it.
        source: What that part is told in the experiment.
        revision: Pinned version.
        files: Paths below the raw folder that will be fetched.
        size: Bytes of them, as far as the source says; 0 where it does not.
        metadata: What the source says of the columns.
        splits: Part (train, val, test) of a file, where the source itself says it.
        notes: For the person who reads the plan.
        versions: What identifies a file at its source, so that it need not be fetched
            twice; without those of which nothing does.
    """

    fetch: str
    source: str
    revision: str | None
    files: tuple[str, ...]
    size: int
    metadata: Metadata = field(default_factory=Metadata)
    splits: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)


def nearest(name: str, names: Iterable[str]) -> list[str]:
    """`names` with those most like `name` first, at most 20."""
    names = list(names)
    close = get_close_matches(name, names, n=5, cutoff=0.5)
    return (close + [other for other in names if other not in close])[:20]


def matches(name: str, pattern: str) -> bool:
    """Whether a path is what `file` names: the path, its name, or a glob of either."""
    pattern = pattern.strip("/")
    plain = name == pattern or name.endswith("/" + pattern)
    short = name.rsplit("/", 1)[-1]
    return plain or fnmatchcase(name, pattern) or fnmatchcase(short, pattern)


def not_found(
    what: str, wanted: str, names: Iterable[str], key: str, where: str
) -> NotFoundError:
    """The error for a name that a source does not have, the nearest ones listed first."""
    close = nearest(wanted, names)
    listed = ", ".join(close) or "nothing"
    return NotFoundError(
        f"{what} {wanted!r} in {where}",
        f"only {listed}",
        f'Name one of them: "{key.rsplit(".", 1)[-1]}": "{close[0]}".'
        if close
        else "Name another source.",
        key=key,
        candidates=close,
    )
