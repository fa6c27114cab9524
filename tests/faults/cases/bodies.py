"""Bodies that are not what they should be."""

import hashlib

from tests.faults.cases.case import CSV, FILE, SOURCES, Case, fault


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
                says=(
                    f"{len(CSV)} bytes" if source != "openml" else "bytes",
                    "found",
                    "127.0.0.1",
                ),
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
