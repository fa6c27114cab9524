"""What is tried again over a network, and when; what is waited for is told on stderr.

Tried again is what may pass: no connection, one that breaks off or is too slow, a server
that is busy (429) or at fault (5xx). A wait that the server asks for is kept. Called by
download.py and fetch.py; nothing needs editing.
"""

import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
import urllib3
from tqdm import tqdm
from urllib3.util import Retry

WAITS: tuple[float, ...] = (1, 2, 4, 8, 16)  # seconds between the tries
LONGEST_WAIT = 120  # seconds that a server may ask for; beyond it is given up
BUSY = (408, 425, 429, 500, 502, 503, 504)
BROKEN = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
)

T = TypeVar("T")

# ---- trying again --------------------------------------------------------------------


def with_retries(call: Callable[[], T], *failures: type[Exception]) -> T:
    """The result of `call`, tried again where what fails may pass.

    `failures` is what a client raises where there is no answer, beside requests' own.
    Raises what the last try raised, or the first that another try would not mend.
    """
    waits = pauses()
    while True:
        try:
            return call()
        except Exception as error:
            seconds = next_pause(error, waits, failures)
            if seconds is None:
                raise
            time.sleep(seconds)


def pauses() -> Iterator[float]:
    """Seconds between the tries of one thing."""
    return iter(WAITS)


def next_pause(
    error: Exception,
    waits: Iterator[float],
    failures: tuple[type[Exception], ...] = (),
) -> float | None:
    """As `pause_after`, and told, so that nobody takes the wait for a hang."""
    seconds = pause_after(error, next(waits, None), failures)
    if seconds is not None:
        said = f"{why(error)}: trying again in {seconds:.0f} s"
        tqdm.write(said, file=sys.stderr)
    return seconds


def pause_after(
    error: Exception, pause: float | None, failures: tuple[type[Exception], ...] = ()
) -> float | None:
    """Seconds to wait before the next try; None where there should be none."""
    answer: Any = getattr(error, "response", None)
    if answer is None:
        is_final = isinstance(error, requests.exceptions.SSLError)
        passes = isinstance(error, BROKEN + failures) and not is_final
        return pause if passes else None
    if pause is None or answer.status_code not in BUSY:
        return None
    told = answer.headers.get("Retry-After")
    try:
        asked = Retry().parse_retry_after(told) if told else 0
    except urllib3.exceptions.InvalidHeader:
        asked = 0
    return max(pause, asked) if asked <= LONGEST_WAIT else None


def why(error: Exception) -> str:
    """What came of a try, in words without a query, which may hold a secret."""
    asked = vars(error).get("request") or vars(error).get("_request")  # of httpx
    host = urlsplit(str(asked.url)).hostname if asked else "the server"
    if (answer := getattr(error, "response", None)) is not None:
        return f"{host} answers {answer.status_code}"
    if isinstance(error, requests.Timeout):
        return f"{host} is silent or too slow"
    is_part = str(error).startswith("expected")  # as download.py says of what came
    return f"{host} broke off" if is_part else f"{host} does not answer"
