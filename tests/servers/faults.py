"""Faults that any of the servers commits on command.

    server.faults.append(Fault("GET /cars.csv", "cut", times=2))

A fault is committed for requests whose "METHOD /path body" its pattern is found in, as often
as `times` says. Kinds that take the place of the answer:

    reset              the connection is reset before a word
    hang               no answer at all
    status             `value`: the code; `headers`, `body`
    redirect           `value`: where to; {n} in it counts the requests

and kinds that spoil it:

    cut                half of the body, then the connection ends
    short              the body ends early, though its length was declared
    long               more is sent than was declared
    slow               one byte, and then one after each `value` seconds
    corrupt            the first byte is another
    body               `body` is sent instead, `headers` beside it
    changed            as `body`, but only the content: ETag and length are the new ones
    plain              no ranges, no ETag, no date
    unsized            as plain, and no length
    dated              a date, and no ETag

Several of these may be named at once: "cut plain".
"""

import re
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.servers.base import Handler

FOREVER = 10**9


@dataclass
class Fault:
    where: str
    kind: str
    times: int = FOREVER
    value: Any = None
    body: bytes = b"<html>no</html>"
    headers: Mapping[str, str] = field(default_factory=dict)
    count: int = 0  # how often it was committed

    @property
    def is_plain(self) -> bool:
        return "plain" in self.kind or "unsized" in self.kind

    def instead(self, handler: "Handler") -> bool:
        """Answer in place of the server, if this is a fault of that kind."""
        match self.kind:
            case "reset":
                linger = struct.pack("ii", 1, 0)
                handler.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, linger
                )
                handler.close_connection = True
                handler.connection.close()
            case "hang":
                handler.closing.wait(30)
                handler.close_connection = True
            case "status":
                self.answer(handler, self.value, self.headers, self.body)
            case "redirect":
                place = self.value.replace("{n}", str(self.count))
                self.answer(handler, 302, {"Location": place}, b"")
            case _:
                return False
        return True

    def answer(
        self, handler: "Handler", code: int, headers: Mapping[str, str], body: bytes
    ) -> None:
        handler.send_response(code)
        kinds = {"Content-Type": "text/html", "Content-Length": str(len(body))}
        for key, value in {**kinds, **headers}.items():
            handler.send_header(key, value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)

    def content(self, content: bytes, headers: dict[str, str]) -> bytes:
        """What is sent for a whole file, before ranges are cut from it."""
        match self.kind:
            case "corrupt":
                return bytes([content[0] ^ 1]) + content[1:]
            case "changed":
                headers["ETag"] = f'"{len(self.body)}"'
                return self.body
            case "dated" | "dated cut":
                headers["Last_Modified"] = "Thu, 01 Jan 2026 00:00:00 GMT"
            case "body":
                headers |= {
                    key.replace("-", "_"): value for key, value in self.headers.items()
                }
                return self.body
        return content

    def spoil(self, content: bytes, headers: dict[str, str]) -> bytes:
        """What is sent for an answer, and the headers that go with it."""
        if "dated" in self.kind:
            headers.pop("ETag", None)
        if self.is_plain:
            for name in ("Accept-Ranges", "ETag", "Last-Modified"):
                headers.pop(name, None)
        if "unsized" in self.kind:
            headers |= {"Connection": "close"}
            del headers["Content-Length"]
        if "long" in self.kind:
            headers["Content-Length"] = str(len(content) // 2)
        return content

    def write(self, handler: "Handler", content: bytes) -> None:
        """Send the body, or as much of it as the fault lets through."""
        ends = ("cut", "short", "unsized", "long")
        handler.close_connection = any(kind in self.kind for kind in ends)
        if "cut" in self.kind:
            handler.wfile.write(content[: len(content) // 2])
        elif "short" in self.kind:
            handler.wfile.write(content[: max(0, len(content) - 3)])
        elif "slow" in self.kind:
            for i in range(len(content)):
                handler.wfile.write(content[i : i + 1])
                if handler.closing.wait(self.value):
                    break
            handler.close_connection = True
        else:
            handler.wfile.write(content)


def fault_for(faults: list[Fault], request: str) -> Fault | None:
    """The first fault that is due for a request."""
    for fault in faults:
        if fault.count < fault.times and re.search(fault.where, request):
            fault.count += 1
            return fault
    return None
