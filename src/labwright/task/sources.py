"""From any usual way to name a source to its type and identifier."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from urllib.request import url2pathname

from labwright.errors import TaskError
from labwright.task.json_text import shown
from labwright.task.model import SourceType

FORMS = (
    "https://…",
    "hf://owner/name",
    "owner/name",
    "kaggle://owner/name",
    "kaggle://competition/slug",
    "openml:61",
    "a path",
)

_HUB_ID = re.compile(r"[A-Za-z0-9_.-]{1,96}(/[A-Za-z0-9_.-]{1,96})?")
_KAGGLE_ID = re.compile(r"[A-Za-z0-9_-]{1,96}/[A-Za-z0-9_.-]{1,96}")
_OPENML_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,95}")
_DATA_SUFFIX = re.compile(
    r"\.(csv|tsv|txt|data|dat|parquet|pq|jsonl?|ndjson|xlsx?|arff|sqlite3?|db|ts|npz|conllu?|iob2?|bio"
    r"|zip|tar|tgz|gz|bz2|xz|zst)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Place:
    """A recognised source.

    Attributes:
        type: The kind of place.
        identifier: Its canonical form: owner/name, competition/slug, a number, a URL,
            or a path as it was given. An OpenML name stays a name.
        more: What else the text said: config, split, revision, file.
    """

    type: SourceType
    identifier: str
    more: dict[str, str] = field(default_factory=dict)


def recognise(
    text: str, type: SourceType | None, workspace: Path, key: str = "identifier"
) -> Place:
    """The place that `text` names.

    A scheme or a known site decides; then `type`; then an existing path; then the form
    owner/name, which is a Hugging Face data set; all else is a local path.

    Args:
        text: As in `FORMS`, or the address of a data set's page.
        type: What the task file says; None where it says nothing.
        workspace: What local paths are relative to.
        key: Key of the task file, for errors.

    Raises:
        TaskError: the text names nothing that can be fetched, or something of another
            type than `type`.
    """
    text = text.strip()
    if any(ord(c) < 32 or ord(c) == 127 for c in unquote(text)):
        raise _bad(text, key, "text without line breaks or control characters")
    place = _by_scheme(text, key)
    if place is None:
        return _by_type(text, type or _guessed_type(text, workspace), key)
    # the address of a data set's page is no file, even where the task calls it a URL
    page = type == "url" and text.startswith("http")
    if type is not None and type != place.type and not page:
        raise TaskError(
            f'an identifier of type "{type}"',
            f"{shown(text)}, which is of type {place.type}",
            f'Leave the type out, or write "type": "{place.type}".',
            key=f"{key.rpartition('.')[0]}.type".lstrip("."),
            candidates=[place.type],
        )
    return place


def name_of(type: SourceType, identifier: str) -> str:
    """A name for what a place holds: its identifier's last part without suffix."""
    if type == "openml":
        return f"openml_{identifier}"
    path = urlsplit(identifier).path if type == "url" else identifier
    last = re.split(r"[/\\]", unquote(path).rstrip("/\\"))[-1]
    return last.partition(".")[0]


def _by_scheme(text: str, key: str) -> Place | None:
    """What a scheme or a known site says; None for text without a scheme."""
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not colon:
        return None
    if scheme in {"hf", "huggingface"}:
        return _huggingface(rest.lstrip("/"), key)
    if scheme == "kaggle":
        return _kaggle(rest.lstrip("/"), key)
    if scheme == "openml":
        return _openml(rest.lstrip("/"), key)
    if scheme == "file":
        return Place("local", url2pathname(re.sub(r"^//(localhost(?=/))?", "", rest)))
    if scheme in {"http", "https"} and rest.startswith("//"):
        return _web(text, key)
    if re.fullmatch(r"[a-z][a-z0-9+.-]+", scheme) and rest.startswith("//"):
        raise _bad(text, key, f"one of {', '.join(FORMS)}")
    return None


def _guessed_type(text: str, workspace: Path) -> SourceType:
    """`huggingface` for owner/name where no such path exists, else `local`."""
    is_id = _HUB_ID.fullmatch(text) and "/" in text and not text.startswith(".")
    if is_id and not _DATA_SUFFIX.search(text) and not (workspace / text).exists():
        return "huggingface"
    return "local"


def _by_type(text: str, type: SourceType, key: str) -> Place:
    """The place of a text without a scheme, given its type."""
    if type == "huggingface":
        return _huggingface(text, key)
    if type == "kaggle":
        return _kaggle(text, key)
    if type == "openml":
        return _openml(text, key)
    if type == "url":
        if not re.match(r"[\w-]+(\.[\w-]+)+(:\d+)?/", text):
            raise _bad(text, key, "a URL, https://…")
        return _web(f"https://{text}", key)
    return Place("local", text)


def _huggingface(text: str, key: str) -> Place:
    """[datasets/]owner/name[@revision][/file], as after hf://."""
    parts = text.removeprefix("datasets/").rstrip("/").split("/", 2)
    *owner, last = parts[:2]
    name, _, revision = last.partition("@")
    identifier = "/".join([*owner, name])
    if not _HUB_ID.fullmatch(identifier) or ".." in identifier or identifier == ".":
        raise _bad(text, key, "a Hugging Face data set, owner/name")
    more = {"revision": revision, "file": parts[2] if len(parts) > 2 else ""}
    return Place("huggingface", identifier, _given(more))


def _kaggle(text: str, key: str) -> Place:
    """[datasets/]owner/name[/versions/N], competition/slug, or a competition's slug."""
    parts = text.rstrip("/").split("/")
    if parts[0] in {"competition", "competitions", "c"}:
        parts = ["competition", *parts[1:2]]
    elif len(parts) == 1:
        parts = ["competition", *parts]  # a data set always has an owner
    elif parts[0] == "datasets":
        parts = parts[1:]
    identifier = "/".join(parts[:2])
    if not _KAGGLE_ID.fullmatch(identifier) or ".." in identifier:
        raise _bad(text, key, "owner/name or competition/slug on Kaggle")
    version = parts[3] if len(parts) > 3 and parts[2] == "versions" else ""
    return Place("kaggle", identifier, _given({"revision": version}))


def _openml(text: str, key: str) -> Place:
    """61, d/61, or a name: iris."""
    name = text.strip("/")
    if _OPENML_NAME.fullmatch(name) and ".." not in name:
        return Place("openml", name)
    return _openml_number(text, key)


def _openml_number(text: str, key: str) -> Place:
    """61, or d/61."""
    number = text.removeprefix("d/").strip("/")
    if not re.fullmatch(r"[0-9]{1,12}", number):
        raise TaskError(
            "the number or name of an OpenML data set, as in openml:61 or openml:iris",
            shown(text),
            "Look the number up on https://www.openml.org/search?type=data.",
            key=key,
        )
    return Place("openml", str(int(number)))


def _web(text: str, key: str) -> Place:
    """A file's URL, or the data set whose page on a known site it is."""
    try:
        url = urlsplit(text)
        host = (url.hostname or "").removeprefix("www.")
    except ValueError:  # an address that is none: https://[
        host = ""
    if not host:
        raise _bad(text, key, "a URL, https://…")
    parts = [unquote(part) for part in url.path.split("/") if part]
    place = None
    if host in {"huggingface.co", "hf.co"} and parts[:1] == ["datasets"]:
        place = _huggingface_page(url, parts[1:], key)
    elif host == "kaggle.com" and parts[:1] in (["datasets"], ["competitions"], ["c"]):
        place = _kaggle("/".join(parts), key)
    elif host == "openml.org":
        place = _openml_page(url, parts, key)
    return place or Place("url", text)


def _huggingface_page(url: SplitResult, parts: list[str], key: str) -> Place:
    """owner/name[/tree/revision | /viewer/config/split], or one file of it."""
    cut = 2
    if len(parts) < 2 or parts[1] in {"tree", "viewer", "blob", "resolve"}:
        cut = 1  # the few data sets without an owner
    kind, rest = parts[cut : cut + 1], parts[cut + 1 :]
    if kind in (["blob"], ["resolve"]) and len(rest) > 1:
        path = url.path.replace("/blob/", "/resolve/", 1)
        return Place("url", url._replace(path=path).geturl())
    more = {}
    if kind == ["tree"] and rest:
        more = {"revision": rest[0]}
    elif kind == ["viewer"]:
        more = dict(zip(("config", "split"), rest, strict=False))
    return Place(
        "huggingface", _huggingface("/".join(parts[:cut]), key).identifier, more
    )


def _openml_page(url: SplitResult, parts: list[str], key: str) -> Place | None:
    """/d/61, /search?type=data&id=61, or its page in the API; None for a file."""
    if parts[:1] == ["d"] and len(parts) > 1:
        return _openml_number(parts[1], key)
    if parts[:1] == ["api"] and parts[-2:-1] == ["data"]:
        return _openml_number(parts[-1], key)
    query = parse_qs(url.query)
    if (
        parts == ["search"]
        and "id" in query
        and query.get("type", ["data"]) == ["data"]
    ):
        return _openml_number(query["id"][0], key)
    return None


def _given(more: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in more.items() if value}


def _bad(text: str, key: str, expected: str) -> TaskError:
    return TaskError(
        expected,
        shown(text) if text else "nothing",
        f"A source is named as {', '.join(FORMS[:-1])}, or by {FORMS[-1]}.",
        key=key,
        candidates=FORMS if expected.startswith("one of") else (),
    )
