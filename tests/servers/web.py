"""A plain web server with ranges and ETags, and faults that the first folder names.

/cars.csv           the file
/cut/cars.csv       the first answer breaks off after half of it
/busy/cars.csv      the first two answers are 503
/norange/cars.csv   no ranges, no ETag, no length
/named?id=7         the file of `files` called "named", with a Content-Disposition
/page/cars.csv      an HTML page in its place
/private/cars.csv   401
"""

import contextlib
import hashlib
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from tests.servers.base import Handler, Server, running

PAGE = b"<!DOCTYPE html>\n<html><body>Please log in</body></html>\n"


class WebHandler(Handler):
    files: dict[str, bytes]
    seen: Counter[str]

    def answer(self) -> None:
        path = unquote(urlsplit(self.path).path).lstrip("/")
        fault, _, rest = path.partition("/")
        content = self.files.get(path, self.files.get(rest))
        self.seen[path] += 1
        if content is None:
            self.send(404, {"error": "not found"})
            return
        etag = {"ETag": f'"{hashlib.md5(content).hexdigest()}"'}
        match fault:
            case "cut" if self.seen[path] == 1:
                self.send_half(content, etag)
            case "busy" if self.seen[path] <= 2:
                self.send(503, {"error": "try again"}, Retry_After="0")
            case "private":
                self.send(401, {"error": "log in"})
            case "page":
                self.send(200, PAGE, "text/html")
            case "named":
                self.send_content(
                    content, Content_Disposition='attachment; filename="people.csv"'
                )
            case "norange":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(content)
                self.close_connection = True
            case _:
                self.send_content(content, **etag)

    def send_half(self, content: bytes, etag: dict[str, str]) -> None:
        self.send_response(200)
        for key, value in {"Content-Length": str(len(content)), **etag}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.wfile.flush()
        self.close_connection = True


@contextlib.contextmanager
def serve_files(files: dict[str, bytes]) -> Iterator[Server]:
    """Serve `files` (path -> content), which may be changed while it runs."""
    with running(WebHandler, files=files, seen=Counter()) as server:
        yield server
