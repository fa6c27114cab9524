"""Parts and recipes keep to what `inline` can move; each slip is named by file and line."""

import ast
import subprocess
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from labwright.inline import comment_after
from labwright.inline.literal import WIDTH
from labwright.inline.modules import Module, defined_name, free_names
from labwright.write.files import read_recipe

ROOT = Path(str(files("labwright")))
PARTS = [path for path in sorted(ROOT.glob("parts/**/*.py")) if path.stem != "__init__"]
RECIPES = [p for p in sorted(ROOT.glob("recipes/*/*.py")) if p.stem != "__init__"]

ALIASES = {"numpy": "np", "polars": "pl", "pytorch_lightning": "lightning"}
THIRD_PARTIES = {
    "PIL",
    "datasets",
    "fastexcel",
    "huggingface_hub",
    "kagglehub",
    "kagglesdk",
    "numpy",
    "polars",
    "pytorch_lightning",
    "requests",
    "safetensors",
    "scipy",
    "sklearn",
    "soundfile",
    "tokenizers",
    "torch",
    "torchmetrics",
    "tqdm",
    "transformers",
    "urllib3",
}
# Columns that a recipe leaves for a value, so that ruff breaks no annotation for it: the
# longest float needs 24, an empty collection 2.
ROOM_ANNOTATED, ROOM = 26, 6


def slips(path: Path) -> list[str]:
    """What in a part or recipe `inline` could not move, as "file:line: what"."""
    module = Module("", path.read_text(encoding="utf-8"))
    found = [
        *import_slips(module, is_part="parts" in path.parts),
        *statement_slips(module, is_part="parts" in path.parts),
        *constant_slips(module),
    ]
    return [f"{path.relative_to(ROOT)}:{line}: {what}" for line, what in sorted(found)]


def import_slips(module: Module, is_part: bool):
    below = False
    for node in module.tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            is_docstring = isinstance(node, ast.Expr)
            below = below or not is_docstring
        elif below:
            yield node.lineno, "an import below other statements"
        elif "#" in "".join(module.lines[node.lineno - 1 : node.end_lineno]):
            yield node.lineno, "a comment in an import"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for item in node.names:
                yield from name_slips(node, item.name, item.asname, is_part)
                if item.asname != ALIASES.get(item.name):
                    yield node.lineno, f"{item.name} imported as {item.asname}"
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield node.lineno, "a relative import"
            for item in node.names:
                yield from name_slips(node, node.module or "", item.asname, is_part)
                if item.asname or item.name == "*":
                    yield node.lineno, "an import under another name"
            if node not in module.tree.body and "labwright" in (node.module or ""):
                yield node.lineno, "a part imported inside a function"


def name_slips(node, name: str, alias: str | None, is_part: bool):
    package = name.partition(".")[0]
    if package == "labwright":
        allowed = ["labwright.parts."]
        if not is_part:
            allowed += ["labwright.recipes.", "labwright.base_model"]
        if not name.startswith(tuple(allowed)):
            yield node.lineno, f"{name} is not for experiments"
    elif package not in sys.stdlib_module_names | THIRD_PARTIES:
        yield node.lineno, f"{package} is not among what experiments may depend on"
    if "." in name and isinstance(node, ast.Import) and not alias:
        yield node.lineno, f"import {name}: write `from … import …`"


def statement_slips(module: Module, is_part: bool):
    body = module.tree.body
    if not module.docstring:
        yield 1, "no docstring"
    for node in body[1:]:
        is_main = isinstance(node, ast.If) and ast.unparse(node.test) == (
            "__name__ == '__main__'"
        )
        is_import = isinstance(node, ast.Import | ast.ImportFrom)
        if not (is_import or defined_name(node) or (is_main and not is_part)):
            yield node.lineno, "neither a definition nor a constant"
        elif isinstance(node, ast.AnnAssign) and node.value is None:
            yield node.lineno, "a constant without a value"
    for node in ast.walk(module.tree):
        for annotation in annotations_of(node):
            for inner in ast.walk(annotation):
                hides = isinstance(inner, ast.Constant) and isinstance(inner.value, str)
                if hides and not is_literal_type(annotation):
                    yield inner.lineno, f"a name hidden in {inner.value!r}"


def annotations_of(node: ast.AST):
    if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
        yield node.annotation
    elif isinstance(node, ast.FunctionDef) and node.returns:
        yield node.returns


def is_literal_type(annotation: ast.expr) -> bool:
    return "Literal[" in ast.unparse(annotation)


def constant_slips(module: Module):
    for node in module.tree.body:
        name = defined_name(node)
        if not name or not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        annotation = getattr(node, "annotation", None)
        head = f"{name}: {ast.unparse(annotation)} = " if annotation else f"{name} = "
        comment = comment_after(node, module)
        room = WIDTH - len(head) - len(comment) - len("  ") * bool(comment)
        if room < (needed := ROOM_ANNOTATED if annotation else ROOM):
            yield node.lineno, f"{name} leaves {room} of {needed} columns for its value"
        value = module.lines[node.lineno - 1 : node.end_lineno]
        if any("#" in line for line in value[:-1]):
            yield node.lineno, f"{name} has a comment inside of its value"


@pytest.mark.parametrize("path", [*PARTS, *RECIPES], ids=lambda path: path.stem)
def test_a_part_or_recipe_keeps_to_the_restricted_input(path):
    assert slips(path) == []


def test_every_name_is_defined_by_one_part_and_means_one_thing():
    modules = {path: Module("", path.read_text()) for path in PARTS}
    counts = Counter(name for module in modules.values() for name in module.definitions)
    assert [name for name, count in counts.items() if count > 1] == []
    origins: dict[str, set] = {}
    for path in PARTS:
        for item in Module("", path.read_text()).imports:
            if not item.module.startswith("labwright."):
                origins.setdefault(item.bound, set()).add(item)
    assert {name: found for name, found in origins.items() if len(found) > 1} == {}
    assert origins.keys() & counts.keys() == set()


KINDS = sorted(path.parent.name for path in RECIPES if path.stem == "dataloader")
# Folders whose files take the place of a recipe's, as plans name them together.
PLACES = [
    (),
    ("made",),
    ("joined",),
    ("made", "joined", "joined_made"),
    ("made", "joined", "joined_made", "several"),
]


@pytest.mark.parametrize("places", PLACES, ids="-".join)
@pytest.mark.parametrize("recipe", KINDS)
def test_emitted_files_take_from_siblings_what_these_define_or_import(recipe, places):
    """Also where a recipe's file takes the place of a shared one, or of the table's."""
    own = {path.name for path in RECIPES if path.parent.name == recipe}
    if places and {"raw.py", "fetch.py"} & own:
        pytest.skip("it reads its data in a way of its own")
    known = {module.name: module for module in read_recipe(recipe, places)}
    assert "model" not in known
    for module in known.values():
        for item in module.imports:
            if item.module.startswith("labwright.recipes."):
                sibling = known[item.module.rpartition(".")[2]]
                names = sibling.definitions.keys() | {i.bound for i in sibling.imports}
                assert item.member in names, (
                    f"{module.name}: {item.module}.{item.member}"
                )


def test_slips_are_found(tmp_path):
    """The checks themselves: each line of this part is one slip."""
    source = '''"""A part."""

import pandas
import numpy
from labwright.plan import plan
from . import other
import torch.nn

A_CONSTANT_WITH_A_LONG_NAME: dict[str, list[tuple[int, int]]] = {}  # without any room
print("at the top level")


def f(x: "Hidden") -> None:
    from labwright.parts.clean import clean
'''
    folder = tmp_path / "parts"
    folder.mkdir()
    module = Module("", source)
    lines = {
        line
        for found in (
            import_slips(module, True),
            statement_slips(module, True),
            constant_slips(module),
        )
        for line, _ in found
    }
    assert lines == {3, 4, 5, 6, 7, 9, 10, 13, 14}


def test_ruff_defaults_accept_parts_and_recipes():
    folders = [ROOT / "parts", ROOT / "recipes", ROOT / "base_model.py"]
    for command in (["check"], ["format", "--check"]):
        call = [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache"]
        done = subprocess.run(
            [*call, *folders],
            cwd=ROOT.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_names_looked_up_in_a_part_are_known_to_it():
    """What `inline` follows: a free name is the module's own, imported or a builtin."""
    builtins = set(dir(__builtins__)) | set(vars(sys.modules["builtins"]))
    for path in PARTS:
        module = Module("", path.read_text())
        known = module.definitions.keys() | {item.bound for item in module.imports}
        unknown = (
            free_names(module.source) - known - builtins - {"__file__", "__name__"}
        )
        assert not unknown, f"{path.name}: {sorted(unknown)}"
