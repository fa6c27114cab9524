"""Train, val and test as a source itself names them."""

from collections.abc import Iterable

from labwright.parts.official import part_of


def official_parts(paths: Iterable[str]) -> dict[str, str]:
    """Path -> train, val or test, for the paths that name one."""
    return {path: part for path in paths if (part := part_of(path))}
