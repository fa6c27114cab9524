"""A stand-in for api.kaggle.com: root/datasets/owner/slug and root/competitions/slug.

    private/*     403, as for a set that one may not see
    norules       a competition whose rules were not accepted, 403
    server.state["fail_next"] = [503, 429]    answers of the next calls

Competitions want a login: KAGGLE_USERNAME=tester KAGGLE_KEY=goodkey, or
KAGGLE_API_TOKEN=KGAT_good. kagglehub has no variable for the address, so serve_kaggle
changes the client's own table of addresses, in this process, while it runs.
"""

import base64
import contextlib
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.servers.base import Handler, Server, running

VERSION = 3
DENIED = "Permission 'datasets.get' was denied"


class KaggleHandler(Handler):
    root: Path

    def answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if self.command != "POST":
            self.storage(path.strip("/").split("/"))
            return
        if self.state["fail_next"]:
            self.send(
                self.state["fail_next"].pop(0), {"message": "injected"}, Retry_After="0"
            )
            return
        request = json.loads(self.body or b"{}")
        method = path.removeprefix("/api").removeprefix("/v1/")
        user = self.user()
        service, _, call = method.partition("/")
        if user is None:
            self.refuse(401, "Unauthenticated")
        elif service == "datasets.DatasetApiService":
            self.dataset(call, request, user)
        elif service == "competitions.CompetitionApiService":
            self.competition(call, request, user)
        else:
            self.refuse(404, f"no method {method}")

    def refuse(self, code: int, message: str) -> None:
        self.send(code, {"code": code, "message": message})

    def user(self) -> str | None:
        """The name; "" for nobody, None for credentials that are wrong."""
        kind, _, secret = (self.headers.get("Authorization") or "").partition(" ")
        if kind == "Bearer":
            return "tester" if secret == "KGAT_good" else None
        if kind == "Basic":
            return "tester" if base64.b64decode(secret) == b"tester:goodkey" else None
        return ""

    def dataset(self, call: str, request: dict[str, Any], user: str) -> None:
        owner, slug = str(request.get("ownerSlug")), str(request.get("datasetSlug"))
        folder = self.root / "datasets" / owner / slug
        if not folder.is_dir() or (owner == "private" and not user):
            code = 404 if user and not folder.is_dir() else 403
            self.refuse(code, "Not found" if code == 404 else DENIED)
            return
        if int(request.get("datasetVersionNumber") or 0) > VERSION:
            self.refuse(404, "Not found")
            return
        files = listing(folder)
        size = sum(file["totalBytes"] for file in files)
        match call:
            case "GetDataset":
                info = {
                    "id": 1,
                    "ref": f"{owner}/{slug}",
                    "title": slug,
                    "totalBytes": size,
                }
                self.send(200, info | {"currentVersionNumber": VERSION, "files": files})
            case "ListDatasetFiles":
                self.send(200, {"datasetFiles": files})
            case "DownloadDataset":
                self.redirect(f"datasets/{owner}/{slug}", request.get("fileName"))
            case _:
                self.refuse(404, f"no method {call}")

    def competition(self, call: str, request: dict[str, Any], user: str) -> None:
        slug = str(request.get("competitionName"))
        folder = self.root / "competitions" / slug
        if not user:
            self.refuse(401, "Unauthenticated")
        elif slug == "norules":
            self.refuse(403, "You must accept this competition's rules.")
        elif not folder.is_dir():
            self.refuse(404, "Not found")
        elif call == "ListDataFiles":
            self.send(200, {"files": listing(folder)})
        elif call in ("DownloadDataFiles", "DownloadDataFile"):
            self.redirect(f"competitions/{slug}", request.get("fileName"))
        else:
            self.refuse(404, f"no method {call}")

    def redirect(self, place: str, file: str | None) -> None:
        base = f"http://{self.headers['Host']}/storage/{place}"
        self.send(
            302, b"", Location=f"{base}/file/{file}" if file else f"{base}/archive.zip"
        )

    def storage(self, parts: list[str]) -> None:
        """/storage/<place>/archive.zip or /storage/<place>/file/<path>."""
        depth = 4 if parts[1] == "datasets" else 3
        folder = self.root.joinpath(*parts[1:depth])
        if parts[depth:] == ["archive.zip"]:
            self.send_stored(zipped(folder))
        elif (path := folder.joinpath(*parts[depth + 1 :])).is_file():
            self.send_stored(path.read_bytes())
        else:
            self.refuse(404, "no file")

    def send_stored(self, content: bytes) -> None:
        digest = hashlib.md5(content)
        self.send_content(
            content,
            ETag=f'"{digest.hexdigest()}"',
            Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT",
            x_goog_hash="md5=" + base64.b64encode(digest.digest()).decode(),
        )


def listing(folder: Path) -> list[dict[str, Any]]:
    return [
        {
            "name": path.relative_to(folder).as_posix(),
            "ref": path.name,
            "totalBytes": path.stat().st_size,
            "creationDate": "2026-01-01T00:00:00.000Z",
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                info = zipfile.ZipInfo(
                    path.relative_to(folder).as_posix(), (2026, 1, 1, 0, 0, 0)
                )
                archive.writestr(info, path.read_bytes())
    return buffer.getvalue()


@contextlib.contextmanager
def serve_kaggle(root: Path) -> Iterator[Server]:
    """Serve sets and competitions; while it runs, kagglehub of this process asks it."""
    from kagglesdk import kaggle_env

    endpoints = kaggle_env._env_to_endpoint
    before = endpoints[kaggle_env.KaggleEnv.PROD]
    with running(KaggleHandler, root=root) as server:
        server.state["fail_next"] = []
        endpoints[kaggle_env.KaggleEnv.PROD] = server.url
        try:
            yield server
        finally:
            endpoints[kaggle_env.KaggleEnv.PROD] = before
