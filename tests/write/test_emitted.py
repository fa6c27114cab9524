"""What is promised of emitted files, over every alternative that a plan can choose."""

import ast
import shutil
import subprocess
import sys
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest

from labwright.inline import inline
from labwright.plan.decisions import Plan
from labwright.write.files import emit_recipe, read_recipe
from tests.regenerate_golden import RECIPES
from tests.write.plans import (
    FORMS,
    alternatives_of,
    choices_of,
    form_of,
    make_plan,
    names_of,
)

MODEL = Path(str(files("labwright").joinpath("base_model.py")))
LINES = 320


@pytest.fixture(scope="module", params=(*RECIPES, *FORMS))
def recipe(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def folders(tmp_path_factory, recipe) -> list[Path]:
    """One folder of emitted files for each choice of names."""
    root = tmp_path_factory.mktemp("emitted")
    for number in range(choices_of(recipe)):
        folder = root / f"choice{number:02}"
        folder.mkdir()
        plan = plan_of(recipe, names_of(recipe, number))
        for name, text in emit_recipe(plan).items():
            (folder / name).write_text(text, encoding="utf-8")
        shutil.copy(MODEL, folder / "model.py")
    return sorted(root.iterdir())


def plan_of(recipe: str, names: dict[str, str]) -> Plan:
    name, folders = form_of(recipe)
    return make_plan(recipe=name, folders=folders, constants={}, names=names)


def run(command: list[str], cwd: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alternative_is_met(recipe):
    for written, choices in alternatives_of(recipe).items():
        numbers = range(choices_of(recipe))
        assert {names_of(recipe, number)[written] for number in numbers} == {*choices}


def test_ruff_leaves_every_alternative_untouched(folders):
    root = folders[0].parent
    run(["ruff", "format", "--isolated", "--no-cache", "--diff", "."], root)
    run(["ruff", "check", "--isolated", "--no-cache", "."], root)
    for folder in folders[:3]:  # here ruff takes siblings for first-party modules
        run(["ruff", "check", "--isolated", "--no-cache", "."], folder)


def test_mypy_accepts_emitted_folders(folders, recipe, tmp_path_factory):
    cache = f"--cache-dir={tmp_path_factory.getbasetemp() / 'mypy'}"
    for folder in folders[: 3 if recipe == "table" else 1]:
        run(["mypy", "--config-file=", "--ignore-missing-imports", cache, "."], folder)


def test_no_emitted_file_imports_labwright(folders):
    for path in (path for folder in folders for path in folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert all("labwright" not in item.name for item in node.names), path
            elif isinstance(node, ast.ImportFrom):
                assert "labwright" not in (node.module or ""), path


def test_files_are_short_enough_to_be_read(folders):
    lengths = {
        path.name: path.read_text(encoding="utf-8").count("\n")
        for path in (path for folder in folders for path in folder.glob("*.py"))
        if path.name != "model.py"
    }
    assert {name: found for name, found in lengths.items() if found > LINES} == {}


@pytest.mark.parametrize(
    ("file", "written"),
    [("fetch", ("fetch_local", "keep_files")), ("raw", ("read_csv",))],
)
def test_no_combination_of_source_and_format_makes_a_file_long(file, written):
    (module,) = (module for module in read_recipe("table") if module.name == file)
    for chosen in product(*(alternatives_of("table")[name] for name in written)):
        emitted = inline(module, {}, dict(zip(written, chosen, strict=True)))
        assert emitted.count("\n") <= LINES, chosen


def test_siblings_define_what_is_imported_from_them(folders):
    for folder in folders:
        trees = {
            path.stem: ast.parse(path.read_text(encoding="utf-8"))
            for path in folder.glob("*.py")
        }
        for name, tree in trees.items():
            for node in tree.body:
                if isinstance(node, ast.ImportFrom) and node.module in trees:
                    known = names_bound_in(trees[node.module])
                    for item in node.names:
                        assert item.name in known, f"{name}: {node.module}.{item.name}"


def names_bound_in(tree: ast.Module) -> set[str]:
    bound = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {item.asname or item.name for item in node.names}
        else:
            bound |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return bound


def test_the_same_bytes_again(recipe):
    plan = plan_of(recipe, names_of(recipe, 3))
    assert emit_recipe(plan) == emit_recipe(plan)


def test_a_constant_that_no_file_has_is_our_mistake():
    with pytest.raises(AssertionError, match="NUMBRES"):
        emit_recipe(make_plan(constants={"NUMBRES": []}))


def test_a_constant_of_a_part_that_is_not_emitted_is_none():
    assert (
        "LINK_FROM = 1"
        in emit_recipe(make_plan(constants={"LINK_FROM": 1}))["fetch.py"]
    )
    emitted = emit_recipe(
        make_plan(constants={"LINK_FROM": 1}, names={"fetch_local": "fetch_url"})
    )
    assert all("LINK_FROM" not in text for text in emitted.values())


def test_a_name_that_no_recipe_file_calls_is_our_mistake():
    with pytest.raises(AssertionError, match="acuracy"):
        emit_recipe(make_plan(names={"acuracy": "mcc"}))


def test_a_recipe_s_own_defaults_are_what_is_emitted_without_values(recipe):
    files = emit_recipe(plan_of(recipe, {}))
    for module in read_recipe(*form_of(recipe)):
        emitted = ast.parse(files[f"{module.name}.py"])
        constants = {
            ast.unparse(node)
            for node in emitted.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
        }
        for definition in module.definitions.values():
            if definition.is_constant:
                assert ast.unparse(ast.parse(definition.text)) in constants
