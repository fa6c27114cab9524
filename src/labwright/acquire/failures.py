"""What clients raise, as errors that say what to do, and hold no secret."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

from labwright.acquire.limits import KEY
from labwright.errors import (
    AccessError,
    DownloadError,
    NotFoundError,
    SourceError,
    TooLargeError,
)

T = TypeVar("T")
IDENTIFIER = f"{KEY}.identifier"
SECRETS = (
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "KAGGLE_KEY",
    "KAGGLE_API_TOKEN",
    "OPENML_API_KEY",
)
ADDRESS = re.compile(r"https?://[^\s'\"<>]+")
# The forms in which clients name an address beside its host.
PATH_TOLD = re.compile(r"(with url: )(\S+?)\?\S*")


def tried(call: Callable[[], T], failures: tuple[type[Exception], ...]) -> T:
    """The result of `call`, tried again where it fails for a passing reason."""
    from labwright.parts.files.retry import with_retries

    return with_retries(call, *failures)


def status_of(error: BaseException) -> int | None:
    """HTTP status of a client's error; None where there was no answer."""
    return getattr(getattr(error, "response", None), "status_code", None)


def shown_url(url: str) -> str:
    """An address without what may be secret in it: a login, and the query's values."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(
        netloc=host, query="…" if parts.query else "", fragment=""
    ).geturl()


def without_secrets(text: str) -> str:
    """A client's words without logins, queries and what the environment keeps secret."""
    text = ADDRESS.sub(lambda match: shown_url(match[0]), text)
    text = PATH_TOLD.sub(r"\1\2?…", text)
    for name in SECRETS:
        if secret := os.environ.get(name):
            text = text.replace(secret, "…")
    return text


def first_line(error: Exception) -> str:
    """Of what a client says; of the cause where it only says that it gave up."""
    cause: Any = getattr(error.args[0], "reason", error) if error.args else error
    inner = cause.args[0] if cause.args else None
    if isinstance(inner, Exception):  # in words, and not as a tuple
        cause = " ".join(map(str, inner.args))
    lines = without_secrets(str(cause)).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def host_of(error: Exception) -> str | None:
    """The host that was asked, where the client says it."""
    try:
        request: Any = getattr(error, "request", None)
    except RuntimeError:  # the Hub's client, where it does not
        return None
    return urlsplit(str(request.url)).netloc.rpartition("@")[2] if request else None


def failure(
    error: Exception, where: str, login: str, key: str = IDENTIFIER
) -> SourceError:
    """The error for a request that failed, by its HTTP status.

    Args:
        error: What the client raised.
        where: The source, in words: "OpenML data set 61".
        login: How one proves who one is there.
        key: Of the task file.
    """
    status, reason = status_of(error), first_line(error)
    told = status is None or str(status) in reason
    found = reason if told else f"{status}: {reason}"
    if status in (401, 403, 451):
        return AccessError(f"to be let in to {where}", found, login, key=key)
    if status in (404, 410, 412):
        name = key.rpartition(".")[2]
        return NotFoundError(where, found, f"Check the spelling of `{name}`.", key=key)
    host = host_of(error)
    at = f" at {host}" if host and host not in f"{where} {found}" else ""
    expected, _, instead = reason.removeprefix("expected ").partition(", found ")
    if not instead:
        expected, instead = "an answer", found
    what = f"{expected} from {where}{at}"
    return DownloadError(what, instead.rstrip("."), advice(error), key=key)


def advice(error: Exception) -> str:
    """What to do about a server that fails: wait as long as it says, or look at it."""
    response = getattr(error, "response", None)
    status = status_of(error)
    if response is not None and (seconds := response.headers.get("Retry-After")):
        return f"The server asks to wait ({seconds}). Try again then; what is there is kept."
    refuses = status is not None and 300 <= status < 500
    if refuses or isinstance(error, ValueError):  # an address that leads nowhere
        return "The server does not take the request: look at the address in a browser."
    return "Check the network and try again; what is there is kept."


@contextmanager
def explained(where: str, key: str = IDENTIFIER) -> Iterator[None]:
    """What a fetch part itself finds wrong with a file, as errors about the task."""
    from labwright.parts.files.download import DamageError, ExcessError

    try:
        yield
    except (DamageError, ExcessError, PermissionError) as error:
        if getattr(error, "errno", None):  # of the disk
            raise
        told = str(error).removeprefix("expected ")
        expected, _, found = told.partition(", found ")
        found, _, advice = found.partition(". ")
        if isinstance(error, DamageError):
            raise DownloadError(expected, found, advice, key=key) from error
        if isinstance(error, PermissionError):
            raise AccessError(expected, found, advice, key=key) from error
        if "MAX_BYTES" in advice:
            advice = (
                "Allow more by `--max-size` or the source's `max_size`, or name a part "
                "of the data by `file`, `config` or `split`."
            )
        key = f"{KEY}.max_size"
        raise TooLargeError(
            f"{expected} from {where}", found, advice, key=key
        ) from error
