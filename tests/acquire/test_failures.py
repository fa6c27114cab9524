import pytest
import requests

from labwright.acquire import failures
from labwright.acquire.failures import failure, tried
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
    monkeypatch.setattr(failures, "WAITS", (0, 0))
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
