"""What the servers share: a quiet handler that logs, answers JSON, cuts ranges and fails
on command.
"""

import contextlib
import json
import re
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.faults import Fault, fault_for


@dataclass
class Server:
    url: str
    log: list[str] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)  # Authorization, with the path

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")


class Handler(BaseHTTPRequestHandler):
    """Subclasses define `answer()`, which handles every method."""

    protocol_version = "HTTP/1.1"
    log: list[str]
    state: dict[str, Any]
    faults: list[Fault]
    logins: list[str]
    closing: threading.Event  # set when the server ends
    fault: Fault | None

    def log_message(self, *_: object) -> None:
        pass

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        self.log.append(
            f"{self.command} {self.path} {self.headers.get('Range') or ''}".strip()
        )
        if login := self.headers.get("Authorization"):
            self.logins.append(f"{self.path} {login}")
        asked = f"{self.command} {self.path} {self.body.decode(errors='replace')}"
        self.fault = fault_for(self.faults, asked)
        with contextlib.suppress(ConnectionError):  # a client may hang up
            if self.fault is None or not self.fault.instead(self):
                self.answer()

    do_GET = do_HEAD = do_POST = _handle  # noqa: N815

    def answer(self) -> None:
        raise NotImplementedError

    def send(
        self, code: int, body: Any = b"", kind: str = "application/json", **headers: str
    ) -> None:
        """Headers are written with _ for -; a dict or list is sent as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        named = {"Content-Type": kind, "Content-Length": str(len(content)), **named}
        if self.fault is not None:
            content = self.fault.spoil(content, named)
        self.send_response(code)
        for key, value in named.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.fault is not None:
            self.fault.write(self, content)
        else:
            self.wfile.write(content)

    def send_content(self, content: bytes, **headers: str) -> None:
        """A file, or the range of it that was asked for."""
        if self.fault is not None:
            content = self.fault.content(content, headers)
        asked = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range") or "")
        condition = self.headers.get("If-Range")
        kind = "application/octet-stream"
        known = [headers.get("ETag"), headers.get("Last_Modified")]
        if self.fault is not None and self.fault.is_plain:
            asked = None
        if not asked or (condition and condition not in known):
            self.send(200, content, kind, Accept_Ranges="bytes", **headers)
            return
        start, end = int(asked[1]), min(int(asked[2] or len(content)), len(content) - 1)
        if start >= len(content):
            self.send(416, b"", kind, Content_Range=f"bytes */{len(content)}")
            return
        span = f"bytes {start}-{end}/{len(content)}"
        self.send(206, content[start : end + 1], kind, Content_Range=span, **headers)


class Listener(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def running(handler: type[Handler], **attributes: Any) -> Iterator[Server]:
    """The handler on a free port of 127.0.0.1, in a thread, until the block ends."""
    server = Server("")
    closing = threading.Event()
    shared = {
        "log": server.log,
        "state": server.state,
        "faults": server.faults,
        "logins": server.logins,
        "closing": closing,
    }
    bound = type("Bound", (handler,), shared | attributes)
    listener = Listener(("127.0.0.1", 0), bound)
    server.url = f"http://127.0.0.1:{listener.server_port}"
    thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        closing.set()
        listener.shutdown()
        listener.server_close()
