"""From a recipe and a plan to one self-contained source file, by moving text.

A recipe is a real module that imports its parts from `labwright.parts`. Its emitted copy
is the same text with constants filled, calls renamed where the plan chose another part,
and the definition of each part in the place of its import. `ast` says where things
stand; the text itself is moved whole, with its comments, so it stays formatted as it was.

tests/test_restricted_input.py holds recipes and parts to what is assumed here: absolute
imports at the top, nothing but definitions and constants below them, and no name that
two parts define.
"""

import ast
from collections.abc import Mapping
from typing import Any

from labwright.inline.edits import (
    Edit,
    comment_after,
    replace_nodes,
    replace_statements,
)
from labwright.inline.imports import Import, render_imports
from labwright.inline.literal import assignment
from labwright.inline.modules import (
    PARTS,
    Definition,
    Module,
    defined_name,
    free_names,
    read_parts,
)
from labwright.inline.sections import insert_sections, needed_definitions

__all__ = ["inline", "read_parts"]


def inline(
    source: str,
    values: Mapping[str, Any],
    names: Mapping[str, str],
    parts: Mapping[str, Module] | None = None,
) -> str:
    """The self-contained copy of a recipe file.

    Args:
        source: Text of the recipe file.
        values: Constants and what they are to be; those that neither the file nor a part
            in it defines are ignored.
        names: A part as recipes name it, and the part that takes its place.
        parts: Modules of parts by name; labwright's own unless given.
    """
    parts = read_parts() if parts is None else parts
    recipe = Module.parse("recipe", source)
    body = fill(rename(recipe, names), values)
    imports = [chosen(item, names) for item in recipe.imports]
    moved = needed_definitions(body, [i for i in imports if is_part(i)], parts)
    clashes = {item.name for item in moved} & recipe.definitions.keys()
    assert not clashes, f"a part and the recipe both define {sorted(clashes)}"
    body = insert_sections(body, [filled(item, values) for item in moved])
    for name in dict.fromkeys(item.module for item in moved):
        imports += parts[name].imports
    used = free_names(body)
    kept = [emitted(i) for i in imports if i.bound in used and not is_part(i)]
    origins = {i.bound: i for i in kept}
    assert set(origins.values()) == set(kept), "two imports give the same name"
    above = [recipe.docstring, render_imports(kept)]
    return "\n\n".join(text for text in above if text) + "\n" + body


def is_part(item: Import) -> bool:
    """Whether an import is replaced by a definition."""
    return item.module == PARTS or item.module.startswith(f"{PARTS}.")


def chosen(item: Import, names: Mapping[str, str]) -> Import:
    """The import with the name of the part that the plan chose."""
    if item.member and item.member in names and item.module.startswith("labwright."):
        return item._replace(member=names[item.member])
    return item


def emitted(item: Import) -> Import:
    """An import between labwright's files as the experiment's own files know it."""
    if item.module == "labwright.base_model":
        return item._replace(module="model", is_sibling=True)
    if item.module.startswith("labwright.recipes."):
        return item._replace(module=item.module.rpartition(".")[2], is_sibling=True)
    assert not item.module.startswith("labwright"), f"{item} cannot be emitted"
    return item


def rename(recipe: Module, names: Mapping[str, str]) -> str:
    """The recipe's body, with the chosen part wherever the one it names stood."""
    ours = {i.bound for i in recipe.imports if i.module.startswith("labwright.")}
    new = {old: names[old] for old in ours & names.keys() if names[old] != old}
    tree = ast.parse(recipe.body)
    clashes = set(new.values()) & bound_names(tree)
    assert not clashes, f"the recipe uses {sorted(clashes)} for something else"
    return replace_nodes(
        recipe.body,
        [
            Edit(node, new[node.id])
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and node.id in new
        ],
    )


def bound_names(tree: ast.Module) -> set[str]:
    """Names that a recipe gives to something of its own, in any of its functions."""
    bound = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
    return bound


def filled(definition: Definition, values: Mapping[str, Any]) -> Definition:
    """A part's definition, with the plan's value if it is a constant that has one."""
    return definition._replace(text=fill(definition.text, values))


def fill(text: str, values: Mapping[str, Any]) -> str:
    """`text` with those of its top-level constants filled that have a value."""
    edits = []
    for node in ast.parse(text).body:
        name = defined_name(node)
        if isinstance(node, ast.Assign | ast.AnnAssign) and name and name in values:
            comment = comment_after(node, text)
            edits.append(Edit(node, assignment(head_of(node), values[name], comment)))
    return replace_statements(text, edits)


def head_of(node: ast.Assign | ast.AnnAssign) -> str:
    """What stands before the value of a constant: `"NAME: str = "`."""
    if isinstance(node, ast.AnnAssign):
        return f"{ast.unparse(node.target)}: {ast.unparse(node.annotation)} = "
    return f"{ast.unparse(node.targets[0])} = "
