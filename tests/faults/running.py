"""Sets the servers up for the cases of a source, and runs these in child processes."""

import contextlib
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from labwright.inline import inline, is_file, read_parts
from labwright.write.files import as_file, read_recipe
from tests.faults.cases.case import CSV, Case
from tests.servers import (
    OpenmlSet,
    Server,
    serve_files,
    serve_hub,
    serve_kaggle,
    serve_openml,
)
from tests.servers.faults import Fault

CHILD = Path(__file__).with_name("child.py")
DOWN = {"refused": "http://127.0.0.1:9", "dns": "http://nowhere.invalid"}
TABLE = pl.read_csv(io.BytesIO(CSV))


@dataclass(frozen=True)
class Run:
    """A case in one of its two modes, and its name and number on the servers."""

    case: Case
    mode: str  # "acquire", "fetch"
    number: int

    @property
    def name(self) -> str:
        return self.case.name if self.mode == "acquire" else f"{self.case.name}-fetch"

    @property
    def folder(self) -> str:
        return f"{self.case.source}-{self.name}"

    @property
    def openml(self) -> OpenmlSet:
        return OpenmlSet(self.number, f"set{self.number}", TABLE, "kind", parquet=False)

    @property
    def part(self) -> str:
        """The part that fetches it, without its fetch_."""
        is_file = self.case.source == "huggingface" and "file" in self.case.more
        return "hub_files" if is_file else self.case.source

    @property
    def files(self) -> list[str]:
        """What the files are called below data/raw."""
        return {
            "hub_files": ["train.csv"],
            "url": ["x.csv"],
            "huggingface": ["default/train.parquet"],
            "kaggle": ["x.csv"],
            "openml": [f"set{self.number}.arff"],
            "local": [f"{self.name}.csv"],
        }[self.part]

    @property
    def content(self) -> bytes | None:
        """What must be in the file; None where only its rows are known."""
        if self.part == "huggingface":
            return None
        return self.openml.arff if self.case.source == "openml" else self.case.content

    def matched(self, pattern: str) -> str:
        return pattern.replace("{name}", self.name).replace("{id}", str(self.number))


@dataclass
class Outcome:
    """What came of a run, and where."""

    run: Run
    found: dict[str, Any]
    folder: Path
    log: list[str]
    logins: list[str]  # that came to servers of other sources
    faults: list[Fault]
    output: str

    @property
    def asked(self) -> list[str]:
        """The requests that the first fault is about."""
        return [line for line in self.log if re.search(self.faults[0].where, line)]


def runs_of(cases: Sequence[Case]) -> list[Run]:
    both = [
        (case, mode)
        for case in cases
        for mode in (("acquire", "fetch") if case.fetch else ("acquire",))
    ]
    return [Run(case, mode, 1000 + n) for n, (case, mode) in enumerate(both)]


@contextlib.contextmanager
def serving(runs: Sequence[Run], base: Path) -> Iterator[dict[str, Server]]:
    """The servers, with a data set and its faults for each run."""
    files, sets = {"redirected/x.csv": CSV, "elsewhere/train.csv": CSV}, []
    for run in runs:
        match run.case.source:
            case "url":
                files[f"{run.name}/x.csv"] = CSV
            case "huggingface":
                write(base / "hub" / "me" / run.name / "train.csv", CSV)
            case "kaggle":
                write(base / "kaggle" / "datasets" / "me" / run.name / "x.csv", CSV)
            case "openml":
                sets.append(run.openml)
            case "local":
                write(base / "data" / f"{run.name}.csv", run.case.content)
    for owner in ("gated", "private"):
        write(base / "hub" / owner / "set" / "train.csv", CSV)
    with (
        serve_files(files) as web,
        serve_hub(base / "hub") as hub,
        serve_kaggle(base / "kaggle") as kaggle,
        serve_openml(*sets) as openml,
    ):
        servers = {"url": web, "huggingface": hub, "kaggle": kaggle, "openml": openml}
        for run in runs:
            if run.case.source in servers:
                servers[run.case.source].faults += faults_of(run, web.url)
        yield servers


def faults_of(run: Run, url: str) -> list[Fault]:
    """The faults of a case, about the requests for this run of it."""
    faults = []
    for given in run.case.faults:
        made = Fault(**{**given, "where": run.matched(given["where"])})
        if made.kind == "redirect":
            port = url.rpartition(":")[2]
            made.value = made.value.replace("{port}", port).replace("{base}", url)
        faults.append(made)
    return faults


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def source_of(run: Run, servers: dict[str, Server]) -> dict[str, Any]:
    """The fields of the case's `Source`."""
    more = dict(run.case.more)
    base = DOWN.get(run.case.down, servers["url"].url)
    if password := more.pop("password", None):
        base = base.replace("://", f"://me:{password}@")
    missing = "missing-" if "query" in more else ""
    identifier = {
        "url": f"{base}/{missing}{run.name}/x.csv{more.pop('query', '')}",
        "huggingface": f"me/{run.name}",
        "kaggle": f"me/{run.name}",
        "openml": str(run.number),
        "local": f"data/{run.name}.csv",
    }[run.case.source]
    if run.case.source == "openml" and "revision" in more:
        identifier = run.openml.name
    more = json.loads(json.dumps(more).replace("{base}", servers["url"].url))
    return {"type": run.case.source, "identifier": identifier, **more}


def plain(run: Run, servers: dict[str, Server]) -> dict[str, Any]:
    """A run as plain data, for the child."""
    source = source_of(run, servers)
    sha256 = hashlib.sha256(run.content or b"").hexdigest() if run.content else None
    pinned = {"huggingface": "a" * 40, "kaggle": "3"}
    return {
        "folder": run.folder,
        "mode": run.mode,
        "source": source,
        "told": source["identifier"],
        "revision": pinned.get(run.case.source),
        "files": run.files,
        "sha256": dict.fromkeys(run.files, sha256),
        "cap": run.case.cap,
        "settings": run.case.settings,
    }


def emit_fetch(source: str, folder: Path) -> None:
    """fetch.py of an experiment, and what stands beside it."""
    folder.mkdir(parents=True)
    (module,) = (one for one in read_recipe("table") if one.name == "fetch")
    text = inline(module, {}, {"fetch_local": f"fetch_{source}"})
    (folder / "fetch.py").write_text(text)
    for part in filter(is_file, read_parts()):
        name = part.rpartition(".")[2]
        (folder / f"{name}.py").write_text(inline(as_file(part), {}, {}))


def run_cases(cases: Sequence[Case], base: Path) -> dict[str, list[Outcome]]:
    """Every case in its modes, by the case's id."""
    runs = runs_of(cases)
    outcomes: dict[str, list[Outcome]] = {}
    with serving(runs, base) as servers:
        groups: dict[Any, list[Run]] = {}
        for run in runs:
            place = run.case.down or run.part
            key = place, tuple(sorted(run.case.environment.items()))
            groups.setdefault(key, []).append(run)
        for number, ((place, environment), group) in enumerate(groups.items()):
            emitted = base / f"emitted{number}"
            if any(run.mode == "fetch" for run in group):
                emit_fetch(place, emitted)
            ended = run_group(group, servers, base, emitted, dict(environment))
            for outcome in ended:
                outcomes.setdefault(outcome.run.case.id, []).append(outcome)
    return outcomes


def run_group(
    runs: Sequence[Run],
    servers: dict[str, Server],
    base: Path,
    emitted: Path,
    environment: dict[str, str],
) -> list[Outcome]:
    urls = {name: server.url for name, server in servers.items()}
    if runs[0].case.down:
        urls = dict.fromkeys(urls, DOWN[runs[0].case.down])
    ours = ("HF_", "KAGGLE", "OPENML", "XDG_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    (base / "home").mkdir(exist_ok=True)
    given = {
        "kaggle": urls["kaggle"],
        "emitted": str(emitted) if emitted.exists() else "",
        "cases": [plain(run, servers) for run in runs],
    }
    done = subprocess.run(
        [sys.executable, str(CHILD), str(base)],
        input=json.dumps(given),
        env=kept
        | {
            "HOME": str(base / "home"),
            "HF_ENDPOINT": urls["huggingface"],
            "HF_HUB_ETAG_TIMEOUT": "1",
            "HF_HUB_DOWNLOAD_TIMEOUT": "1",
            "OPENML_SERVER": urls["openml"],
            "KAGGLE_USERNAME": "tester",
            "KAGGLE_KEY": "goodkey",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *output, found = done.stdout.splitlines()
    outcomes = json.loads(found)
    logs = {name: server.log for name, server in servers.items()}
    known = {
        run.folder: [
            fault
            for fault in servers[run.case.source].faults
            if fault.where
            in map(run.matched, (one["where"] for one in run.case.faults))
        ]
        for run in runs
        if run.case.source in servers
    }
    return [
        Outcome(
            run,
            outcomes[run.folder],
            Path(
                outcomes[run.folder].get("folder")
                or base / "experiments" / run.folder / "data" / "raw"
            ),
            logs.get(run.case.source, []),
            [
                login
                for name, server in servers.items()
                if name != run.case.source
                for login in server.logins
            ],
            known.get(run.folder, []),
            "\n".join(output) + done.stderr,
        )
        for run in runs
    ]


def rows_of(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path).cast({"kind": pl.String})
