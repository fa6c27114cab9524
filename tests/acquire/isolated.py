"""Acquire in a process of its own, with an empty home and temporary folder to watch.

The clients read their environment when they are imported, so only a new process shows
what a person's process does.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCRIPT = """
import dataclasses, json, sys
from pathlib import Path

def use_kaggle(url):
    from kagglesdk import kaggle_env
    kaggle_env._env_to_endpoint[kaggle_env.KaggleEnv.PROD] = url

def without_waiting():
    from labwright.parts.files import retry
    retry.WAITS = (0, 0, 0)

from labwright.acquire import acquire
from labwright.errors import LabwrightError
from labwright.task.model import Source, Task

base, cases, kaggle = Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
if kaggle:
    use_kaggle(kaggle)
without_waiting()
results = {}
for name, source in cases.items():
    cap = source.pop("cap", None)
    task = Task(name="t", data_sources=(Source(**source),))
    folder = base / "experiments" / name / "data" / "raw"
    try:
        acquired = acquire(task, folder, base, cap, progress=False)
        result = {f.name: getattr(acquired, f.name) for f in dataclasses.fields(acquired)}
        result |= {"tables": [dataclasses.asdict(t) for t in acquired.tables]}
        result |= {"metadata": dataclasses.asdict(acquired.metadata), "folder": str(folder)}
        results[name] = result
    except LabwrightError as error:
        results[name] = {"error": type(error).__name__, **error.as_dict()}
print(json.dumps(results))
"""


@dataclass(frozen=True)
class Isolated:
    """What came of each case, by name, and the files left where none should be."""

    results: dict[str, dict[str, Any]]
    traces: list[str]
    output: str

    def __getitem__(self, case: str) -> dict[str, Any]:
        return self.results[case]


def acquire_isolated(
    base: Path, cases: dict[str, dict[str, Any]], kaggle: str = "", **environment: str
) -> Isolated:
    """Acquire one source after the other, each into base/experiments/<case>/data/raw.

    Args:
        base: The workspace.
        cases: Name -> fields of a `Source`, and "cap" for the size cap.
        kaggle: Address of a stand-in for Kaggle.
        environment: Variables beside HOME and TMPDIR.
    """
    watched = [base / "home", base / "tmp", base / "cwd"]
    for folder in watched:
        folder.mkdir(parents=True, exist_ok=True)
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("HF_", "KAGGLE", "OPENML", "XDG_"))
    }
    places = {
        "HOME": str(watched[0]),
        "TMPDIR": str(watched[1]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(base), json.dumps(cases), kaggle],
        env=kept | places | environment,
        cwd=watched[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    traces = [str(path) for folder in watched for path in folder.rglob("*")]
    *output, results = done.stdout.splitlines()
    return Isolated(json.loads(results), traces, "\n".join(output) + done.stderr)
