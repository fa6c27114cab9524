"""Plan -> the experiment's folder: never seen half-written under its final name."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from labwright.acquire.acquired import Acquired
from labwright.plan.decisions import Plan
from labwright.write.base_model import read_base_model
from labwright.write.files import GITIGNORE, emit_recipe, plan_json, requirements
from labwright.write.readme import render_readme
from labwright.write.staging import building_folder, give_name

__all__ = ["render", "write"]


def write(
    plan: Plan,
    acquired: Acquired,
    experiments: Path,
    *,
    given: bytes,
    base_model: Path | None = None,
    check: Callable[[Path], object] | None = None,
    now: Callable[[], datetime] = datetime.now,
) -> Path:
    """Write an experiment and give it its name in one step.

    Args:
        plan: What was decided.
        acquired: The data; their folder is moved into the experiment.
        experiments: The folder of all experiments.
        given: The task file, byte for byte.
        base_model: A base_model.py to copy; None takes labwright's own.
        check: Called with the finished folder before it gets its name. If it raises,
            there is no experiment, and the data are back in their folder.
        now: The time that the name starts with.

    Returns:
        `experiments`/YYYYMMDD_HHMMSS_<name of the task>.

    Raises:
        BaseModelError: `base_model` is no Python file with a class BaseTransformer.
    """
    contents = render(plan, acquired, given=given, base_model=base_model)
    with building_folder(experiments, plan.fingerprint, acquired.folder) as folder:
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        if check is not None:
            check(folder)
        return give_name(folder, experiments, plan.task.name, now)


def render(
    plan: Plan, acquired: Acquired, *, given: bytes, base_model: Path | None = None
) -> dict[str, bytes]:
    """The experiment's files: a function of plan, data, task file and versions alone."""
    model = read_base_model(base_model)
    sources = emit_recipe(plan) | {"model.py": model.decode()}
    texts = {
        **sources,
        "README.md": render_readme(plan, acquired, sources),
        "plan.json": plan_json(plan),
        "requirements.txt": requirements(sources),
        ".gitignore": GITIGNORE,
    }
    # A lone surrogate has no UTF-8; escaped, it means the same in JSON.
    encoded = {
        name: text.encode("utf-8", "backslashreplace") for name, text in texts.items()
    }
    return encoded | {"model.py": model, "task.json": given}
