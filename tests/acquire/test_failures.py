import pytest
import requests

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
    monkeypatch.setattr("labwright.parts.files.patience.WAITS", (0, 0))
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
