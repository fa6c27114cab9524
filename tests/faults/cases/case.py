"""What a case of the matrix is, and what the cases share.

Each case is a data source of its own on one of the servers, under the case's name. It is
acquired as `generate` does, and, where the files' names are known beforehand, also
fetched by the experiment's own emitted code ("fetch").
"""

from dataclasses import dataclass, field
from typing import Any

from tests.servers.faults import FOREVER

CSV = b"x,kind\n" + b"".join(b"%d,%s\n" % (i, b"ab"[i % 2 :][:1]) for i in range(400))
SOURCES = ("url", "huggingface", "kaggle", "openml")
SECRET = "s3cr3t-of-the-tests"

# Requests, of the case {name} or the OpenML id {id}: for the file itself, and for what
# the source says of it beforehand.
FILE = {
    "url": r"GET /{name}/x\.csv",
    "huggingface": r"GET /datasets/me/{name}/resolve/\w+/train\.csv",
    "kaggle": r"GET /storage/datasets/me/{name}/",
    "openml": r"GET /data/v1/download/{id}/",
}
TOLD = {
    "huggingface": r"GET /api/datasets/me/{name}[/?]",
    "kaggle": r'POST .*"{name}"',
    "openml": r"GET /api/v1/json/data/{id}",
}


@dataclass(frozen=True)
class Case:
    """A fault of one source, and its outcome.

    Attributes:
        row: Of the table in docs/reliability.md.
        source: Its type.
        name: Unique among the cases of the source.
        faults: Arguments of `Fault`: pattern (with {name}, {id}), kind, and more.
        error: The class of the error; None where it must recover.
        key: What the error is about.
        says: Texts in the error.
        candidate: The first value that it proposes.
        more: Further fields of the `Source`.
        cap: Size cap in bytes.
        wait: Seconds that must have been waited at least once.
        asked: How often the first fault may be met.
        resumed: A range must have been asked for.
        content: The file that must be there in the end.
        down: The servers are not reached: "refused", "dns".
        fetch: Also fetched by the emitted code.
        unseen: No client can see the fault, and the file is not the whole one.
    """

    row: str
    source: str
    name: str
    faults: tuple[dict[str, Any], ...] = ()
    error: str | None = None
    key: str = "identifier"
    says: tuple[str, ...] = ()
    candidate: str | None = None
    more: dict[str, Any] = field(default_factory=dict)
    cap: int | None = None
    wait: float | None = None
    asked: int | None = None
    resumed: bool = False
    content: bytes = CSV
    down: str = ""
    fetch: bool = True
    unseen: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.source}-{self.name}"


def fault(where: str, kind: str, times: int = FOREVER, **more: Any) -> dict[str, Any]:
    return {"where": where, "kind": kind, "times": times, **more}
