"""From a recipe and a plan to one self-contained source file, by moving text.

A recipe is a real module that imports its parts from `labwright.parts`. Its emitted copy
is the same text with constants filled, calls renamed where the plan chose another part,
and the definition of each part in the place of its import; parts below `parts/files`
are files of their own, and their imports those of a sibling. `ast` says where things
stand; the text itself is moved whole, with its comments, so it stays formatted as it was.

tests/test_restricted_input.py holds recipes and parts to what is assumed here: absolute
imports at the top, nothing but definitions and constants below them, and no name that
two parts define.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from labwright.inline.imports import Import, render_imports
from labwright.inline.literal import assignment
from labwright.inline.modules import (
    Definition,
    Module,
    defined_name,
    end_line,
    free_names,
    is_file,
    read_parts,
)
from labwright.inline.sections import needed_definitions, render_sections
from labwright.plan.decisions import PartName

__all__ = ["Module", "inline", "is_file", "read_parts"]


def inline(
    recipe: Module,
    values: Mapping[str, Any],
    names: Mapping[str, str],
    parts: Mapping[str, Module] | None = None,
) -> str:
    """The self-contained copy of a recipe file.

    Args:
        recipe: The recipe file.
        values: Constants and what they are to be; those that neither the file nor a part
            in it defines are ignored.
        names: A part as recipes name it, and the part that takes its place.
        parts: Modules of parts by name; labwright's own unless given.
    """
    parts = read_parts() if parts is None else parts
    parts = {name: part for name, part in parts.items() if not is_file(name)}
    new = renamed(recipe, names)
    moved = needed_definitions(wanted(recipe, values, new, parts), parts)
    clashes = {definition.name for definition in moved} & recipe.definitions.keys()
    assert not clashes, f"a part and the recipe both define {sorted(clashes)}"
    sections = render_sections([filled(definition, values) for definition in moved])
    head = [
        recipe.docstring,
        render_imports(emitted_imports(recipe, new, moved, parts)),
    ]
    return place_sections(
        "\n\n".join(text for text in head if text),
        sections,
        recipe,
        edited_lines(recipe, fillings(recipe, values), new),
    )


# ---- names ---------------------------------------------------------------------------


def renamed(recipe: Module, names: Mapping[str, str]) -> dict[str, str]:
    """Names that the recipe imports from labwright, and those that take their place."""
    ours = {item.bound for item in recipe.imports if item.package == "labwright"}
    new = {old: names[old] for old in ours & names.keys() if names[old] != old}
    clashes = set(new.values()) & bound_names(recipe.tree) if new else set()
    assert not clashes, f"the recipe uses {sorted(clashes)} for something else"
    return new


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


def names_in(recipe: Module) -> list[ast.Name]:
    """Every use of a name, from the first to the last."""
    nodes = [node for node in ast.walk(recipe.tree) if isinstance(node, ast.Name)]
    return sorted(nodes, key=lambda node: (node.lineno, node.col_offset))


# ---- parts ---------------------------------------------------------------------------


def wanted(
    recipe: Module,
    values: Mapping[str, Any],
    new: Mapping[str, str],
    parts: Mapping[str, Module],
) -> list[Definition]:
    """The parts that the recipe itself uses, in the order of their first use.

    Those that a constant names are the ones that its value names.
    """
    homes = {item.bound: item.module for item in recipe.imports if item.module in parts}
    lists = {
        node: named_parts(values[name]) for node, name in constants(recipe, values)
    }
    listed = {id(below) for node in lists for below in ast.walk(node) if lists[node]}
    used = dict.fromkeys(
        node.id
        for node in names_in(recipe)
        if node.id in homes and id(node) not in listed
    )
    called = [
        home_of(new[name], parts).definitions[new[name]]
        if name in new
        else parts[homes[name]].definitions[name]
        for name in used
    ]
    named = [name for names in lists.values() for name in names]
    called += [home_of(name, parts).definitions[name] for name in named]
    return list(dict.fromkeys(called))


def named_parts(value: Any) -> list[str]:
    """The parts that a constant's value names."""
    if isinstance(value, PartName):
        return [str(value)]
    if isinstance(value, dict):
        return [name for item in value.values() for name in named_parts(item)]
    return []


def home_of(name: str, parts: Mapping[str, Module]) -> Module:
    """The module that defines a function; found in the text, to parse no other."""
    line = re.compile(rf"^def {name}\(", re.MULTILINE)
    for module in parts.values():
        if line.search(module.source):
            return module
    raise AssertionError(f"no part is named {name}")


def emitted_imports(
    recipe: Module,
    new: Mapping[str, str],
    moved: list[Definition],
    parts: Mapping[str, Module],
) -> list[Import]:
    """What the emitted file imports: what its own text and the moved text use."""
    imports = [
        emitted(item._replace(member=new[item.bound]) if item.bound in new else item)
        for item in recipe.imports
        if item.module not in parts
    ]
    for name in dict.fromkeys(definition.module for definition in moved):
        others = [item for item in parts[name].imports if item.module not in parts]
        imports += map(emitted, others)
    used = {new.get(name, name) for name in free_names(recipe.source)}
    used.update(*(definition.needs for definition in moved))
    kept = {item.bound: item for item in imports if item.bound in used}
    different = {item for item in imports if item.bound in used} - set(kept.values())
    assert not different, f"two imports give the same name: {different}"
    return list(kept.values())


def emitted(item: Import) -> Import:
    """An import between labwright's files as the experiment's own files know it."""
    if item.module == "labwright.base_model":
        return item._replace(module="model", is_sibling=True)
    if item.module.startswith("labwright.recipes.") or is_file(item.module):
        return item._replace(module=item.module.rpartition(".")[2], is_sibling=True)
    assert item.package != "labwright", f"no part or recipe is {item.module}"
    return item


# ---- values --------------------------------------------------------------------------


def fillings(module: Module, values: Mapping[str, Any]) -> dict[ast.stmt, str]:
    """Top-level constants that have a value, and their new text."""
    return {
        node: assignment(head_of(node), values[name], comment_after(node, module))
        for node, name in constants(module, values)
    }


def constants(
    module: Module, values: Mapping[str, Any]
) -> Iterator[tuple[ast.Assign | ast.AnnAssign, str]]:
    """The module's top-level constants that have a value, with their names."""
    for node in module.tree.body:
        name = defined_name(node)
        if isinstance(node, ast.Assign | ast.AnnAssign) and name and name in values:
            yield node, name


def comment_after(node: ast.stmt, module: Module) -> str:
    """The comment behind a statement, on its last line."""
    line = module.lines[end_line(node) - 1].encode()  # ast counts columns in bytes
    return line[node.end_col_offset :].decode().strip()


def head_of(node: ast.Assign | ast.AnnAssign) -> str:
    """What stands before the value of a constant: `"NAME: str = "`."""
    if isinstance(node, ast.AnnAssign):
        return f"{ast.unparse(node.target)}: {ast.unparse(node.annotation)} = "
    return f"{ast.unparse(node.targets[0])} = "


def filled(definition: Definition, values: Mapping[str, Any]) -> Definition:
    """A part's definition, with the plan's value if it is a constant that has one."""
    if definition.name not in values or not definition.is_constant:
        return definition
    module = Module(definition.module, definition.text)
    text = "\n".join(edited_lines(module, fillings(module, values), {}).values())
    return replace(definition, text=text)


# ---- text ----------------------------------------------------------------------------


def edited_lines(
    module: Module, statements: Mapping[ast.stmt, str], new: Mapping[str, str]
) -> dict[int, str]:
    """The lines by number, from 1, with statements replaced and names exchanged.

    A statement of several lines stands, with all of its new text, under its first.
    """
    lines = dict(enumerate(module.lines, start=1))
    for node in reversed(names_in(module)) if new else ():
        if node.id in new:
            line = lines[node.lineno].encode()
            before, after = line[: node.col_offset], line[node.end_col_offset :]
            lines[node.lineno] = (before + new[node.id].encode() + after).decode()
    for statement, text in statements.items():
        for number in range(statement.lineno, end_line(statement) + 1):
            del lines[number]
        lines[statement.lineno] = text
    return dict(sorted(lines.items()))


def place_sections(
    head: str, sections: list[str], recipe: Module, lines: Mapping[int, str]
) -> str:
    """Head, the first constants, the parts' sections, and the rest of the recipe."""
    constants = [
        line
        for number, line in lines.items()
        if recipe.last_import < number <= recipe.last_constant
    ]
    rest = [line for number, line in lines.items() if number > recipe.last_constant]
    above = "\n".join([head, *constants])
    if not sections:
        return "\n".join([above, *rest])
    rest_text = "\n".join(rest).lstrip("\n")
    return f"{above}\n\n" + "\n\n\n".join([*sections, rest_text])
