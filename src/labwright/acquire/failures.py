"""What clients raise, as errors that say what to do."""

import time
from collections.abc import Callable
from typing import TypeVar

from labwright.acquire.limits import KEY
from labwright.errors import AccessError, DownloadError, NotFoundError, SourceError

T = TypeVar("T")
WAITS = (1, 2, 4)  # seconds
IDENTIFIER = f"{KEY}.identifier"


def status_of(error: BaseException) -> int | None:
    """HTTP status of a client's error; None where there was no answer."""
    return getattr(getattr(error, "response", None), "status_code", None)


def is_passing(error: BaseException) -> bool:
    """Whether trying again may help: no answer, too busy, a fault of the server."""
    status = status_of(error)
    return status is None or status == 429 or status >= 500


def tried(call: Callable[[], T], failures: tuple[type[Exception], ...]) -> T:
    """The result of `call`, tried again where it fails for a passing reason."""
    for wait in WAITS:
        try:
            return call()
        except failures as error:
            if not is_passing(error):
                raise
        time.sleep(wait)
    return call()


def first_line(error: Exception) -> str:
    """Of what a client says; of the cause where it only says that it gave up."""
    cause = getattr(error.args[0], "reason", error) if error.args else error
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def failure(error: Exception, where: str, login: str) -> SourceError:
    """The error for a request that failed, by its HTTP status.

    Args:
        error: What the client raised.
        where: The source, in words: "OpenML data set 61".
        login: How one proves who one is there.
    """
    status, reason = status_of(error), first_line(error)
    told = status is None or str(status) in reason
    found = reason if told else f"{status}: {reason}"
    if status in (401, 403, 451):
        return AccessError(f"to be let in to {where}", found, login, key=IDENTIFIER)
    if status in (404, 410, 412):
        return NotFoundError(
            where, found, "Check the spelling of `identifier`.", key=IDENTIFIER
        )
    return DownloadError(
        f"an answer from {where}",
        found,
        "Check the network and try again.",
        key=IDENTIFIER,
    )
