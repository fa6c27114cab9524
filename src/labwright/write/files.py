"""The files of an experiment as text: recipe, requirements, plan.json."""

import ast
import json
import sys
from importlib.metadata import packages_distributions, version
from importlib.resources import files
from typing import Any

from labwright.inline import inline, read_parts
from labwright.inline.modules import Module
from labwright.plan.decisions import Plan

# What pip calls the packages that parts, recipes and our base model may import.
DISTRIBUTIONS = {
    "datasets": "datasets",
    "fastexcel": "fastexcel",
    "huggingface_hub": "huggingface_hub",
    "kagglehub": "kagglehub",
    "numpy": "numpy",
    "polars": "polars",
    "pytorch_lightning": "pytorch-lightning",
    "requests": "requests",
    "sklearn": "scikit-learn",
    "torch": "torch",
    "torchmetrics": "torchmetrics",
    "tqdm": "tqdm",
    "urllib3": "urllib3",
}
GITIGNORE = "data/\nruns/\n__pycache__/\n"


def emit_recipe(plan: Plan) -> dict[str, str]:
    """The files of the plan's recipe and those that all recipes share, by name.

    A constant or a name of the plan that no recipe file and no part knows is a mistake
    of ours, since it would silently decide nothing.
    """
    sources = read_recipe(plan.recipe)
    emitted = {
        name: inline(source, plan.constants, plan.names)
        for name, source in sources.items()
    }
    modules = [Module.parse("", text) for text in emitted.values()]
    known = {name for module in modules for name in module.definitions}
    known |= {name for part in read_parts().values() for name in part.definitions}
    unknown = plan.constants.keys() - known
    assert not unknown, f"no emitted file defines {sorted(unknown)}"
    imported = {
        item.member
        for source in sources.values()
        for item in Module.parse("", source).imports
    }
    unknown = plan.names.keys() - imported
    assert not unknown, f"no recipe file calls {sorted(unknown)}"
    return emitted


def read_recipe(recipe: str) -> dict[str, str]:
    """The sources of a recipe and of the files that all recipes share, by file name."""
    return {
        entry.name: entry.read_text(encoding="utf-8")
        for folder in ("shared", recipe)
        for entry in files("labwright.recipes").joinpath(folder).iterdir()
        if entry.name.endswith(".py") and entry.name != "__init__.py"
    }


def requirements(sources: dict[str, str]) -> str:
    """The packages that the sources import, in the versions that are installed here."""
    imported = {package for source in sources.values() for package in packages(source)}
    siblings = {name.removesuffix(".py") for name in sources}
    names = map(distribution, imported - siblings - sys.stdlib_module_names)
    # without a local label such as +cpu, which no package index has
    return "".join(
        f"{name}=={version(name).partition('+')[0]}\n"
        for name in sorted(filter(None, names))
    )


def packages(source: str) -> set[str]:
    """Top-level packages that a source imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {item.name.partition(".")[0] for item in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def distribution(package: str) -> str | None:
    """What pip calls a package; None for one that is not installed by pip.

    Only a workspace's own base_model.py can import one that is not in DISTRIBUTIONS.
    """
    if package in DISTRIBUTIONS:
        return DISTRIBUTIONS[package]
    return next(iter(packages_distributions().get(package, [])), None)


def plan_json(plan: Plan) -> str:
    """Every decision with its reason, and what emission was a function of."""
    return as_json(
        {
            "labwright": version("labwright"),
            "name": plan.task.name,
            "recipe": plan.recipe,
            "fingerprint": plan.fingerprint,
            "seed": plan.task.seed,
            "warnings": plan.warnings,
            "decisions": [decision.as_dict() for decision in plan.decisions],
            "predicts": plan.predicts,
            "constants": plan.constants,
            "names": plan.names,
        }
    )


def as_json(content: dict[str, Any]) -> str:
    """`content` as JSON that a person can read."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
