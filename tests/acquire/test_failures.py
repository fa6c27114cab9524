import pytest
import requests
import urllib3

from labwright.acquire.failures import failure, shown_url, tried, without_secrets
from labwright.errors import AccessError, DownloadError, NotFoundError


def refused(status):
    response = requests.Response()
    response.status_code = status
    return requests.HTTPError(f"{status} Error", response=response)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (refused(401), AccessError),
        (refused(403), AccessError),
        (refused(404), NotFoundError),
        (refused(412), NotFoundError),
        (refused(503), DownloadError),
        (requests.ConnectionError("no route"), DownloadError),
        (requests.Timeout(), DownloadError),
    ],
)
def test_the_status_tells_the_kind(error, kind):
    found = failure(error, "x", "Log in.")
    assert type(found) is kind
    assert found.key == "data_sources[0].identifier"
    assert found.found


def test_only_passing_failures_are_tried_again(monkeypatch):
    monkeypatch.setattr("labwright.parts.files.retry.WAITS", (0, 0))
    answers = [refused(503), requests.ConnectionError(), "done"]

    def call():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert tried(call, (requests.RequestException,)) == "done"
    answers[:] = [refused(404), "never"]
    with pytest.raises(requests.HTTPError):
        tried(call, (requests.RequestException,))


def test_what_a_server_asks_to_wait_is_told():
    error = refused(429)
    error.response.headers["Retry-After"] = "3600"
    assert "The server asks to wait (3600)" in failure(error, "x", "Log in.").fix


def told(error: Exception) -> tuple[str, str, str]:
    found = failure(error, "http://a.org/x.csv", "Log in.")
    return found.expected, found.found, found.fix.partition(":")[0]


def test_what_a_client_says_is_told_in_words():
    reset = urllib3.exceptions.ProtocolError(
        "Aborted.", ConnectionResetError(104, "Reset")
    )
    network = "Check the network and try again; what is there is kept."
    assert told(requests.ConnectionError(reset)) == (
        "an answer from http://a.org/x.csv",
        "Aborted. [Errno 104] Reset",
        network,
    )
    short = requests.ConnectionError("expected 9 bytes of x.csv, found 7: Broken.")
    assert told(short) == (
        "9 bytes of x.csv from http://a.org/x.csv",
        "7: Broken",
        network,
    )


def test_an_address_that_leads_nowhere_is_not_the_network_s_fault():
    response = requests.Response()
    response.status_code = 302
    loop = requests.TooManyRedirects("Exceeded 10 redirects.", response=response)
    away = requests.exceptions.InvalidSchema("No connection adapters for 'file:///x'")
    for error in (loop, away):
        assert told(error)[2] == "The server does not take the request"


def test_no_secret_is_in_a_text(monkeypatch):
    monkeypatch.setenv("KAGGLE_KEY", "k3y-of-kaggle")
    said = (
        "401 for https://me:pass@a.org/x?token=abc#b and 'http://b.org/y?sig=1'; "
        "Max retries exceeded with url: /z?token=abc (Caused by k3y-of-kaggle)"
    )
    assert without_secrets(said) == (
        "401 for https://a.org/x?… and 'http://b.org/y?…'; "
        "Max retries exceeded with url: /z?… (Caused by …)"
    )
    assert shown_url("https://a.org/x.csv") == "https://a.org/x.csv"
