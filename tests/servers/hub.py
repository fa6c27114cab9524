"""A stand-in for huggingface.co: data set repositories from root/owner/name, and models
from root/models/owner/name.

Owners that stand for something:
    gated/*      403 without a token
    private/*    401, as if it were not there, without a token
    flaky/*      the first answer for each file is 503
A token with "wrong" in it is nobody's: 401.
A bare name is redirected to its owner, as the Hub does for `imdb`.
"""

import contextlib
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.servers.base import Handler, Server, running

COMMIT = "a" * 40


class HubHandler(Handler):
    root: Path
    seen: Counter[str]

    def answer(self) -> None:
        url = urlsplit(self.path)
        path = unquote(url.path)
        if match := re.match(
            r"^/(api/)?datasets/([^/]+)(/revision/.*|/tree/.*|)$", path
        ):
            self.bare_name(match[2], path)
            return
        pattern = r"^/(api/)?(datasets/|models/|)([^/]+)/([^/]+)(?:/(.*))?$"
        match = re.match(pattern, path)
        if not match or match[3] == "api":
            self.refuse(404, "EntryNotFound", "not found")
            return
        api, kind, owner, name = match[1], match[2], match[3], match[4]
        rest = match[5] or ""
        root = self.root if kind == "datasets/" else self.root / "models"
        repository = root / owner / name
        token = self.headers.get("Authorization")
        if token and "wrong" in token:
            self.refuse(401, "", "Invalid credentials in Authorization header")
        elif not repository.is_dir() or (owner == "private" and not token):
            self.refuse(404 if token else 401, "RepoNotFound", "Repository not found")
        elif owner == "gated" and not token and (rest or not api):
            self.refuse(403, "GatedRepo", f"Access to {owner}/{name} is restricted.")
        elif api:
            self.api(repository, rest, parse_qs(url.query))
        else:
            self.resolve(repository, rest)

    def refuse(self, code: int, name: str, message: str) -> None:
        self.send(code, {"error": message}, X_Error_Code=name, X_Error_Message=message)

    def bare_name(self, name: str, path: str) -> None:
        for repository in self.root.glob(f"*/{name}"):
            target = path.replace(name, f"{repository.parent.name}/{name}", 1)
            self.send(307, b"", Location=target)
            return
        self.refuse(401, "RepoNotFound", "Repository not found")

    def api(self, repository: Path, rest: str, query: dict[str, list[str]]) -> None:
        files = sorted(path for path in repository.rglob("*") if path.is_file())
        if rest == "" or rest.startswith("revision/"):
            self.info(
                repository, rest.removeprefix("revision/") or "main", files, query
            )
        elif rest == "refs":
            main = {"name": "main", "ref": "refs/heads/main", "targetCommit": COMMIT}
            self.send(200, {"branches": [main], "tags": [], "converts": []})
        elif rest.startswith("tree/"):
            self.tree(repository, rest.split("/", 2)[2:], files, query)
        elif rest.startswith("paths-info/"):
            self.paths_info(repository)
        else:
            self.refuse(404, "EntryNotFound", "not found")

    def info(
        self,
        repository: Path,
        revision: str,
        files: list[Path],
        query: dict[str, list[str]],
    ) -> None:
        if revision not in ("main", COMMIT):
            self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
            return
        name = f"{repository.parent.name}/{repository.name}"
        siblings = [self.entry(repository, path) for path in files]
        answer = {
            "_id": "1",
            "id": name,
            "author": repository.parent.name,
            "sha": COMMIT,
            "private": False,
            "gated": "auto" if repository.parent.name == "gated" else False,
            "disabled": False,
            "downloads": 1,
            "likes": 0,
            "tags": [],
            "lastModified": "2026-01-01T00:00:00.000Z",
            "createdAt": "2026-01-01T00:00:00.000Z",
            "cardData": {},
            "siblings": [
                {"rfilename": entry["path"]}
                | (
                    {"size": entry["size"], "blobId": entry["oid"]}
                    if "blobs" in query
                    else {}
                )
                for entry in siblings
            ],
        }
        self.send(200, answer)

    def entry(self, repository: Path, path: Path) -> dict[str, Any]:
        name = path.relative_to(repository).as_posix()
        return {
            "type": "file",
            "oid": blob_id(path),
            "size": path.stat().st_size,
            "path": name,
        }

    def tree(
        self,
        repository: Path,
        sub: list[str],
        files: list[Path],
        query: dict[str, list[str]],
    ) -> None:
        base = repository.joinpath(*sub)
        if not base.exists():
            self.refuse(404, "EntryNotFound", "path not found")
            return
        below = [path for path in files if path.is_relative_to(base)]
        recursive = query.get("recursive", ["false"])[0].lower() in ("true", "1")
        folders = {
            parent
            for path in below
            for parent in path.parents
            if parent.is_relative_to(base)
        }
        folders.discard(base)
        if not recursive:
            below = [path for path in below if path.parent == base]
            folders = {folder for folder in folders if folder.parent == base}
        entries = [self.entry(repository, path) for path in below]
        entries += [
            folder_entry(folder.relative_to(repository).as_posix())
            for folder in folders
        ]
        self.send(200, sorted(entries, key=lambda entry: entry["path"]))

    def paths_info(self, repository: Path) -> None:
        try:
            paths = json.loads(self.body)["paths"]
        except ValueError:
            paths = parse_qs(self.body.decode())["paths"]
        entries = []
        for name in [paths] if isinstance(paths, str) else paths:
            path = repository / name
            if path.is_file():
                entries.append(self.entry(repository, path))
            elif path.is_dir():
                entries.append(folder_entry(name))
        self.send(200, entries)

    def resolve(self, repository: Path, rest: str) -> None:
        match = re.match(r"^resolve/([^/]+)/(.*)$", rest)
        if not match or match[1] not in ("main", COMMIT):
            self.refuse(404, "RevisionNotFound", "Invalid rev id")
            return
        path = repository / match[2]
        if not path.is_file():
            self.send(
                404,
                {"error": "Entry not found"},
                X_Error_Code="EntryNotFound",
                X_Repo_Commit=COMMIT,
            )
            return
        if repository.parent.name == "flaky" and self.command == "GET":
            self.seen[rest] += 1
            if self.seen[rest] == 1:
                self.refuse(503, "", "try again")
                return
        self.send_content(
            path.read_bytes(), ETag=f'"{blob_id(path)}"', X_Repo_Commit=COMMIT
        )


def blob_id(path: Path) -> str:
    """As git names a file's content."""
    content = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def folder_entry(name: str) -> dict[str, Any]:
    return {"type": "directory", "oid": "0" * 40, "size": 0, "path": name}


@contextlib.contextmanager
def serve_hub(root: Path) -> Iterator[Server]:
    """Serve the repositories root/owner/name; each has one commit, COMMIT, on `main`."""
    with running(HubHandler, root=root, seen=Counter()) as server:
        yield server
