"""The matrix of faults: what a server does, and what must come of it.

Each case is a data source of its own on one of the servers, under the case's name. It is
acquired as `generate` does, and, where the files' names are known beforehand, also
fetched by the experiment's own emitted code ("fetch").
"""

import hashlib
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


def passing() -> list[Case]:
    """What may pass: tried again, and given up after the last try."""
    cases = []
    for source in SOURCES:
        for place, patterns in (("file", FILE), ("told", TOLD)):
            if source not in patterns:
                continue
            where = patterns[source]
            for kind, value in (
                ("reset", None),
                ("hang", None),
                ("status", 500),
                ("status", 502),
                ("status", 503),
                ("status", 429),
            ):
                name = f"{kind}{value or ''}_{place}"
                row = (
                    "reset"
                    if kind == "reset"
                    else "time-out"
                    if kind == "hang"
                    else "busy"
                )
                once = fault(where, kind, 2 if value else 1, value=value)
                cases.append(Case(row, source, f"{name}_once", (once,)))
                says = ("127.0.0.1", str(value)) if value else ("127.0.0.1",)
                always = fault(where, kind, value=value)
                cases.append(
                    Case(
                        row,
                        source,
                        f"{name}_always",
                        (always,),
                        "DownloadError",
                        says=says,
                    )
                )
            told = fault(where, "status", 1, value=429, headers={"Retry-After": "7"})
            cases.append(Case("busy", source, f"asks_7_{place}", (told,), wait=7))
            long = fault(where, "status", value=503, headers={"Retry-After": "3600"})
            cases.append(
                Case(
                    "busy",
                    source,
                    f"asks_3600_{place}",
                    (long,),
                    "DownloadError",
                    says=("3600",),
                    asked=1,
                )
            )
        slow = fault(FILE[source], "slow", 1, value=0.02)
        cases.append(Case("slow", source, "slow_once", (slow,)))
        slow = fault(FILE[source], "slow", value=0.02)
        cases.append(
            Case(
                "slow",
                source,
                "slow_always",
                (slow,),
                "DownloadError",
                says=("a second",),
            )
        )
        for down, says in (("refused", "127.0.0.1:9"), ("dns", "nowhere.invalid")):
            row = "refused" if down == "refused" else "no such host"
            cases.append(
                Case(
                    row,
                    source,
                    down,
                    (),
                    "DownloadError",
                    says=(says,),
                    down=down,
                    fetch=False,
                )
            )
    return cases


def refusals() -> list[Case]:
    """What another try would not mend: asked once."""
    cases = []
    login = {
        "url": "browser",
        "huggingface": "HF_TOKEN",
        "kaggle": "KAGGLE_KEY",
        "openml": "private",
    }
    for source in SOURCES:
        for place, patterns in (("file", FILE), ("told", TOLD)):
            if source not in patterns:
                continue
            for code in (401, 403):
                refused = fault(patterns[source], "status", value=code)
                cases.append(
                    Case(
                        "no access",
                        source,
                        f"status{code}_{place}",
                        (refused,),
                        "AccessError",
                        says=(login[source],),
                        asked=1,
                    )
                )
            gone = fault(patterns[source], "status", value=404)
            cases.append(
                Case(
                    "missing",
                    source,
                    f"status404_{place}",
                    (gone,),
                    "NotFoundError",
                    asked=1,
                )
            )
    return cases


def spoiled() -> list[Case]:
    """Bodies that break off, or are not what was declared."""
    cases = []
    half = len(CSV) // 2
    for source in SOURCES:
        where = FILE[source]
        listed = source in ("kaggle", "openml", "huggingface")
        once = fault(where, "cut", 2)
        cases.append(Case("cut", source, "cut_once", (once,), resumed=True))
        cases.append(Case("cut", source, "cut_plain", (fault(where, "cut plain", 2),)))
        always = fault(where, "short")
        cases.append(
            Case(
                "another length",
                source,
                "short_always",
                (always,),
                "DownloadError",
                says=(f"{len(CSV)} bytes" if source != "openml" else "bytes", "found"),
            )
        )
        long = fault(where, "long")
        cases.append(
            Case(
                "another length",
                source,
                "longer_than_declared",
                (long,),
                "DownloadError" if listed else None,
                content=CSV[:half],
                unseen=not listed,
            )
        )
        if not listed:
            sha256 = {"sha256": hashlib.sha256(CSV).hexdigest()}
            cases.append(
                Case(
                    "another length",
                    source,
                    "longer_than_declared_with_sha256",
                    (long,),
                    "ChangedError",
                    key="sha256",
                    more=sha256,
                    fetch=False,
                )
            )
        if listed:
            cases.append(
                Case(
                    "another hash",
                    source,
                    "corrupt",
                    (fault(where, "corrupt"),),
                    "DownloadError",
                    says=("expected", "found"),
                )
            )
        cases.append(
            Case(
                "another hash",
                source,
                "another_sha256",
                error="ChangedError",
                key="sha256",
                more={"sha256": "0" * 64},
                says=("0" * 64,),
                fetch=False,
            )
        )
    return cases


def strange() -> list[Case]:
    """Something else where data should be, told by its content."""
    page = b"<!DOCTYPE html>\n<html><body>Please log in</body></html>\n"
    denied = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'
    cases = []
    for name, body, says in (
        ("page", page, "HTML page"),
        (
            "page_without_doctype",
            b"<html><head></head><body>no</body></html>",
            "HTML page",
        ),
        ("xml_error", denied, "AccessDenied"),
        ("json_error", b'{"error": "not found", "status": 404}', "error"),
        ("text_error", b"404: Not Found\n", "404: Not Found"),
        (
            "git_lfs",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
            "LFS",
        ),
        ("empty", b"", "an empty file"),
        ("only_blanks", b"\n  \n", "an empty file"),
    ):
        cases.append(
            Case(
                "something else",
                "url",
                name,
                (fault(FILE["url"], "body", body=body),),
                "ReadError",
                key="",
                says=(says,),
                fetch=False,
            )
        )
        cases.append(
            Case(
                "something else",
                "local",
                name,
                error="ReadError",
                key="",
                says=(says,),
                content=body,
                fetch=False,
            )
        )
    latin = "x,kind\n" + "".join(f"{i},{'äé'[i % 2]}\n" for i in range(50))
    for name, body in (
        ("latin1", latin.encode("latin-1")),
        ("utf16", latin.encode("utf-16")),
        ("bom", latin.encode("utf-8-sig")),
    ):
        sent = fault(FILE["url"], "body", body=body)
        cases.append(Case("encoding", "url", name, (sent,), content=body, fetch=False))
        cases.append(Case("encoding", "local", name, content=body, fetch=False))
    return cases


def redirects() -> list[Case]:
    where = FILE["url"]
    to = "{base}/redirected/x.csv"
    return [
        Case(
            "redirects", "url", "redirect_once", (fault(where, "redirect", value=to),)
        ),
        Case(
            "redirects",
            "url",
            "redirect_loop",
            (fault(where, "redirect", value="{base}/redirect_loop/x.csv?{n}"),),
            "DownloadError",
            says=("redirects",),
        ),
        Case(
            "redirects",
            "url",
            "redirect_to_file",
            (fault(where, "redirect", value="file:///etc/passwd"),),
            "DownloadError",
            says=("file:///etc/passwd",),
        ),
        Case(
            "redirects",
            "url",
            "redirect_inward",
            (
                fault(
                    where, "redirect", value="http://localhost:{port}/redirected/x.csv"
                ),
            ),
            "DownloadError",
            says=("local network",),
            settings={"public": "127.0.0.1"},
        ),
        Case(
            "redirects",
            "huggingface",
            "redirect_elsewhere",
            (
                fault(
                    FILE["huggingface"],
                    "redirect",
                    value="http://localhost:{port}/elsewhere/train.csv",
                ),
            ),
            environment={"HF_TOKEN": SECRET},
        ),
    ]


def too_large() -> list[Case]:
    cases = []
    for source in SOURCES:
        cases.append(
            Case(
                "over the cap",
                source,
                "capped",
                error="TooLargeError",
                key="max_size",
                cap=100,
            )
        )
        unsized = fault(FILE[source], "unsized")
        late = source in ("url", "openml")
        cases.append(
            Case(
                "over the cap",
                source,
                "capped_unsized",
                (unsized,),
                "TooLargeError",
                key="max_size",
                cap=100,
                says=("100 bytes",),
            )
        )
        cases.append(
            Case(
                "full disk",
                source,
                "full_disk",
                error="TooLargeError",
                key="",
                says=("free",),
                settings={"free": 10},
            )
        )
        if late:
            cases.append(
                Case(
                    "full disk",
                    source,
                    "full_disk_unsized",
                    (unsized,),
                    "TooLargeError",
                    key="",
                    says=("free",),
                    settings={"free": 10},
                )
            )
    return cases


def names() -> list[Case]:
    """Names that a source does not have."""
    return [
        Case(
            "missing",
            "huggingface",
            "no_config",
            error="NotFoundError",
            key="config",
            more={"config": "defalt"},
            candidate="default",
            fetch=False,
        ),
        Case(
            "missing",
            "huggingface",
            "no_split",
            error="NotFoundError",
            key="split",
            more={"split": "tarin"},
            candidate="train",
            fetch=False,
        ),
        Case(
            "missing",
            "huggingface",
            "no_file",
            error="NotFoundError",
            key="file",
            more={"file": "trian.csv"},
            candidate="train.csv",
            fetch=False,
        ),
        Case(
            "missing",
            "huggingface",
            "no_revision",
            error="NotFoundError",
            key="revision",
            more={"revision": "v9"},
            candidate="main",
            fetch=False,
        ),
        Case(
            "missing",
            "kaggle",
            "no_file",
            error="NotFoundError",
            key="file",
            more={"file": "y.csv"},
            candidate="x.csv",
            fetch=False,
        ),
        Case(
            "missing",
            "kaggle",
            "no_version",
            error="NotFoundError",
            key="revision",
            more={"revision": "99"},
            says=("3",),
            fetch=False,
        ),
        Case(
            "missing",
            "openml",
            "no_version",
            error="NotFoundError",
            key="revision",
            more={"revision": "9"},
            candidate="1",
            fetch=False,
        ),
        Case(
            "missing",
            "local",
            "no_such",
            error="NotFoundError",
            more={"identifier": "data/no_suhc.csv"},
            candidate="data/no_such.csv",
            fetch=False,
        ),
        Case(
            "missing",
            "local",
            "no_file",
            error="NotFoundError",
            key="file",
            more={"identifier": "data", "file": "no_fiel.csv"},
            candidate="no_file.csv",
            fetch=False,
        ),
        Case(
            "another hash",
            "local",
            "another_sha256",
            error="ChangedError",
            key="sha256",
            more={"sha256": "0" * 64},
            says=("0" * 64,),
            fetch=False,
        ),
        Case(
            "no access",
            "huggingface",
            "gated",
            error="AccessError",
            more={"identifier": "gated/set"},
            says=("HF_TOKEN",),
            fetch=False,
        ),
        Case(
            "no access",
            "huggingface",
            "private",
            error="NotFoundError",
            more={"identifier": "private/set"},
            says=("HF_TOKEN",),
            fetch=False,
        ),
        Case(
            "no access",
            "kaggle",
            "rules",
            error="AccessError",
            more={"identifier": "competition/norules"},
            says=("rules",),
            fetch=False,
        ),
        Case(
            "no access",
            "kaggle",
            "wrong_key",
            error="AccessError",
            environment={"KAGGLE_KEY": SECRET},
            says=("KAGGLE_KEY",),
            fetch=False,
        ),
        Case(
            "no access",
            "url",
            "password",
            error="AccessError",
            more={"password": SECRET},
            says=("netrc",),
            fetch=False,
        ),
        Case(
            "missing",
            "url",
            "token_in_query",
            error="NotFoundError",
            more={"query": f"?token={SECRET}"},
            fetch=False,
        ),
    ]


def alternatives() -> list[Case]:
    """Other places, tried in turn; {base} is the web server."""
    other = {"type": "url", "identifier": "{base}/redirected/x.csv"}
    nowhere = {"type": "url", "identifier": "{base}/nowhere/y.csv"}
    page = b"<html><body>Please log in</body></html>"
    failing = (
        ("url", "gone", fault(FILE["url"], "status", value=404)),
        ("url", "down", fault(FILE["url"], "reset")),
        ("url", "page", fault(FILE["url"], "body", body=page)),
        ("url", "refused", fault(FILE["url"], "status", value=403)),
        ("kaggle", "refused", fault(TOLD["kaggle"], "status", value=403)),
    )
    cases = [
        Case(
            "alternatives",
            source,
            f"other_where_{name}",
            (given,),
            more={"alternatives": [nowhere, other]},
            says=("is used in the place of",),
            fetch=False,
        )
        for source, name, given in failing
    ]
    gone = fault(FILE["url"], "status", value=404)
    cases.append(
        Case(
            "alternatives",
            "url",
            "none_left",
            (gone,),
            "NotFoundError",
            more={"alternatives": [nowhere]},
            says=("y.csv",),
            fetch=False,
        )
    )
    return cases


CASES = [
    *alternatives(),
    *passing(),
    *refusals(),
    *spoiled(),
    *strange(),
    *redirects(),
    *too_large(),
    *names(),
]
assert len({case.id for case in CASES}) == len(CASES)
