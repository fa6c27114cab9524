"""From a task file to a complete, honest PyTorch Lightning experiment.

    from pathlib import Path
    import labwright

    experiments = Path("experiments")
    read = labwright.read_task(experiments / "next_task.json")
    acquired = labwright.acquire(read.task, Path("raw"), workspace=Path())
    plan = labwright.plan(read.task, labwright.profile(acquired))
    folder = labwright.write(plan, acquired, experiments, given=b"{}")
    report = labwright.check(folder)
    results = labwright.run(folder)

`generate` is all of it up to the check, as the command line does it.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labwright.acquire import acquire
    from labwright.check import check
    from labwright.generate import generate
    from labwright.plan import plan
    from labwright.profile import profile
    from labwright.run import run
    from labwright.task.read import read_task
    from labwright.write import write

__all__ = [
    "acquire",
    "check",
    "generate",
    "plan",
    "profile",
    "read_task",
    "run",
    "write",
]

_HOMES = {"read_task": "labwright.task.read"}


def __getattr__(name: str) -> Any:
    """Import a public function when it is asked for; most of them need polars."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, f"labwright.{name}")), name)


class _Package(ModuleType):
    """A package whose stages are functions here, although their modules have the names.

    Python makes a module an attribute of its package when it is first imported; whether
    `labwright.plan` were the function or its module would depend on what came before.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
