"""What is tried again, when, and what is told of it."""

import time
from email.utils import formatdate

import pytest
import requests

from labwright.parts.files import retry
from labwright.parts.files.retry import pause_after, with_retries


def refused(status: int, retry_after: str | None = None) -> requests.HTTPError:
    response = requests.Response()
    response.status_code = status
    if retry_after:
        response.headers["Retry-After"] = retry_after
    return requests.HTTPError(response=response)


@pytest.mark.parametrize(
    ("error", "pause", "seconds"),
    [
        (refused(503), 2, 2),
        (refused(503), None, None),
        (refused(404), 2, None),
        (refused(429, "7"), 2, 7),
        (refused(429, "1"), 2, 2),
        (refused(429, "3600"), 2, None),
        (refused(429, "soon"), 2, 2),
        (requests.ConnectionError(), 2, 2),
        (requests.exceptions.SSLError(), 2, None),
        (requests.exceptions.InvalidURL(), 2, None),
    ],
)
def test_how_long_to_wait(error, pause, seconds):
    assert pause_after(error, pause) == seconds


def test_a_date_to_wait_for():
    told = formatdate(time.time() + 60, usegmt=True)
    assert 50 < pause_after(refused(503, told), 1) <= 60


def test_what_may_pass_is_tried_as_often_as_there_are_waits(monkeypatch):
    monkeypatch.setattr(retry, "WAITS", (0, 0, 0))
    calls = []

    def call():
        calls.append(1)
        raise refused(503)

    with pytest.raises(requests.HTTPError):
        with_retries(call)
    assert len(calls) == 4


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:9/x.csv?key=s3cr3t", "127.0.0.1 does not answer"),
        ("http://nowhere.invalid/x.csv", "nowhere.invalid does not answer"),
    ],
)
def test_a_wait_is_told_with_the_host_alone(monkeypatch, capsys, url, said):
    monkeypatch.setattr(retry, "WAITS", (0,))
    with pytest.raises(requests.ConnectionError):
        with_retries(lambda: requests.get(url, timeout=1))
    assert capsys.readouterr().err == f"{said}: trying again in 0 s\n"
