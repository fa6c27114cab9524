"""Runs cases in a process of its own: python child.py < cases.json > outcomes.json

The clients read their environment when they are imported, so only a new process shows
what a person's process does. Waits are short, and noted.
"""

import importlib
import json
import shutil
import sys
import time
import traceback
from collections import namedtuple
from pathlib import Path
from types import ModuleType

import httpx2

SHORT = {"WAITS": (0.01, 0.01, 0.01), "SILENCE": 0.5, "MEASURED": 0.3}
waits: list[float] = []


def hurry(module) -> None:
    """Make the policy of a module short, and note how long it would wait."""
    for name, value in SHORT.items():
        if hasattr(module, name):
            setattr(module, name, value)
    if not hasattr(module, "pause_after"):
        return
    told = module.pause_after

    def noted(*given):
        seconds = told(*given)
        if seconds is None:
            return None
        waits.append(seconds)
        return min(seconds, 0.01)

    module.pause_after = noted


def impatient() -> None:
    """Let the Hub's client, which is given up to 100 seconds, wait as short a time."""
    send = httpx2.Client.send

    def short(self, request, **options):
        limits = request.extensions.get("timeout", {})
        for name, seconds in limits.items():
            limits[name] = seconds and min(seconds, 0.5)
        return send(self, request, **options)

    httpx2.Client.send = short


def with_settings(settings: dict, modules: list) -> None:
    """The surroundings of a case: a full disk, a host that counts as public."""
    Usage = namedtuple("Usage", "total used free")
    free = settings.get("free")
    shutil.disk_usage = usage if free is None else lambda _: Usage(0, 0, free)
    public = settings.get("public")
    for module in modules:
        module.is_local = (lambda host: host != public) if public else is_local


def run(case: dict, base: Path) -> dict:
    """What comes of one case."""
    waits.clear()
    folder = base / "experiments" / case["folder"] / "data" / "raw"
    try:
        if case["mode"] == "fetch":
            names = dict.fromkeys(case["files"]) | case["sha256"]
            emitted.fetch(
                case["told"], case["revision"], names, folder, case["cap"] or 2**30
            )
            found = {"files": sorted(names)}
        else:
            task = Task(name="t", data_sources=(Source(**case["source"]),))
            acquired = acquire(task, folder, base, case["cap"], progress=False)
            found = {"files": sorted(acquired.files), "notes": acquired.notes}
            found |= {"source": acquired.source, "folder": str(acquired.folder)}
    except LabwrightError as error:
        found = {"error": type(error).__name__, "text": str(error), **error.as_dict()}
    except (OSError, ValueError, httpx2.HTTPError) as error:
        kinds = [kind.__name__ for kind in type(error).__mro__]
        found = {"error": type(error).__name__, "kinds": kinds, "text": str(error)}
        found["trace"] = traceback.format_exc()
    return found | {"waits": [*waits]}


modules: list[ModuleType] = []
base, given = Path(sys.argv[1]), json.load(sys.stdin)
if given["kaggle"]:
    from kagglesdk import kaggle_env

    kaggle_env._env_to_endpoint[kaggle_env.KaggleEnv.PROD] = given["kaggle"]
if given["emitted"]:
    sys.path.insert(0, given["emitted"])
    modules.append(importlib.import_module("download"))
    hurry(modules[0])
    hurry(importlib.import_module("retry"))
    emitted = importlib.import_module("fetch")

modules.append(importlib.import_module("labwright.parts.files.download"))
hurry(modules[-1])
hurry(importlib.import_module("labwright.parts.files.retry"))
impatient()
usage, is_local = shutil.disk_usage, modules[-1].is_local

from labwright.acquire import acquire
from labwright.errors import LabwrightError
from labwright.task.model import Source, Task

sleep = time.sleep
time.sleep = lambda seconds: sleep(min(seconds, 0.01))
outcomes = {}
for case in given["cases"]:
    with_settings(case["settings"], modules)
    begun = time.monotonic()
    outcomes[case["folder"]] = run(case, base)
    outcomes[case["folder"]]["seconds"] = time.monotonic() - begun
print(json.dumps(outcomes))
