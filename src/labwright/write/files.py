"""The files of an experiment as text: recipe, requirements, plan.json."""

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions, version
from importlib.resources import files
from typing import Any

from labwright.inline import Module, inline, is_file, read_parts
from labwright.plan.decisions import Plan
from labwright.printable import UNPRINTABLE
from labwright.write.many import with_files_apart

# What pip calls the packages that parts, recipes and our base model may import.
DISTRIBUTIONS = {
    "datasets": "datasets",
    "PIL": "pillow",
    "fastexcel": "fastexcel",
    "huggingface_hub": "huggingface_hub",
    "kagglehub": "kagglehub",
    "kagglesdk": "kagglesdk",
    "numpy": "numpy",
    "polars": "polars",
    "pytorch_lightning": "pytorch-lightning",
    "requests": "requests",
    "safetensors": "safetensors",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "soundfile": "soundfile",
    "tokenizers": "tokenizers",
    "torch": "torch",
    "torchmetrics": "torchmetrics",
    "tqdm": "tqdm",
    "transformers": "transformers",
    "urllib3": "urllib3",
}
# Folders of recipes/ that a recipe's experiment has files of, beside shared/ and its own;
# of two files with one name the later takes the place of the earlier.
FOLDERS: dict[str, tuple[str, ...]] = {
    "table": (),
    "text": ("ragged",),
    "forecast": (),
    "series": ("ragged",),
    "tags": ("ragged",),
    "next_token": ("ragged", "tags"),
    "image": ("media",),
    "audio": ("media", "ragged"),
}
GITIGNORE = "data/\nruns/\npredictions/\n__pycache__/\n"


def emit_recipe(plan: Plan) -> dict[str, str]:
    """The files of the plan's recipe and those that all recipes share, by name.

    A constant or a name of the plan that no recipe file and no part knows is a mistake
    of ours, since it would silently decide nothing.
    """
    modules = with_files_apart(plan, read_recipe(plan.recipe, plan.folders))
    imported = {item.member for module in modules for item in module.imports}
    unknown = plan.names.keys() - imported
    assert not unknown, f"no recipe file calls {sorted(unknown)}"
    defined = {name for module in modules for name in module.definitions}
    unknown = plan.constants.keys() - defined
    if unknown:
        unknown -= {name for part in read_parts().values() for name in part.definitions}
    assert not unknown, f"no emitted file defines {sorted(unknown)}"
    emitted = {
        f"{name}.py": inline(module, plan.constants, plan.names | names)
        for module in modules
        for name, names in plan.copies.get(module.name, {module.name: {}}).items()
    }
    files = [as_file(part) for part in read_parts() if is_file(part)]
    while wanted := [file for file in files if is_wanted(file, emitted)]:
        emitted |= {f"{f.name}.py": inline(f, plan.constants, {}) for f in wanted}
    return emitted


def is_wanted(file: Module, emitted: dict[str, str]) -> bool:
    """Whether emitted files import one that is not there yet."""
    line = f"\nfrom {file.name} import "
    is_there = f"{file.name}.py" in emitted
    return not is_there and any(line in source for source in emitted.values())


def as_file(part: str) -> Module:
    """A part that is a file of its own, under the name of that."""
    return Module(part.rpartition(".")[2], read_parts()[part].source)


def read_recipe(recipe: str, folders: tuple[str, ...] = ()) -> list[Module]:
    """The files of a recipe and those that it shares with others, sorted by name.

    Those in `folders` take the place of the recipe's.
    """
    found = {
        entry.name: entry.read_text(encoding="utf-8")
        for folder in ("shared", *FOLDERS[recipe], recipe, *folders)
        for entry in files("labwright.recipes").joinpath(folder).iterdir()
        if entry.name.endswith(".py") and entry.name != "__init__.py"
    }
    return [
        Module(name.removesuffix(".py"), source)
        for name, source in sorted(found.items())
    ]


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
    sources = {"folders": plan.folders, "copies": plan.copies} if plan.folders else {}
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
            **sources,
        }
    )


def as_json(content: dict[str, Any]) -> str:
    """`content` as JSON that a person can read, in a terminal too."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    lines = (UNPRINTABLE.sub(_escaped, line) for line in text.split("\n"))
    return "\n".join(lines) + "\n"


def _escaped(found: re.Match[str]) -> str:
    """The same character for whoever reads JSON."""
    return json.dumps(found[0])[1:-1]
