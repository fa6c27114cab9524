import pytest

from labwright.acquire.not_data import message_in, refuse_message
from labwright.errors import ReadError


@pytest.mark.parametrize(
    "content",
    [
        b"404: Not Found",
        b"Not found\n",
        b"Access denied.",
        b"HTTP Error 503: Service Unavailable",
        b'{"error": "not found", "status": 404}',
        b'{"message": "Rate limit exceeded", "documentation_url": "x"}',
        b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    ],
)
def test_error_messages(content):
    assert message_in(content)
    with pytest.raises(ReadError, match="an error message"):
        refuse_message("x.csv", content)


@pytest.mark.parametrize(
    "content",
    [
        b"error,count\n1,2\n",
        b"error\n0.1\n0.2\n",
        b"404,1\n",
        b'{"error": [0.1, 0.2], "x": [1, 2]}',
        b'{"x": 1}',
        b"not found\nfound\nfound\n",
        b"4041\n",
        b"",
    ],
)
def test_data_that_look_alike(content):
    refuse_message("x.csv", content)


def test_a_pointer_of_git_lfs():
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
    with pytest.raises(ReadError, match="git lfs pull"):
        refuse_message("x.csv", pointer)
