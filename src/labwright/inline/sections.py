"""Which definitions of parts a recipe needs, and where their text goes."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, pairwise

from labwright.inline.imports import Import
from labwright.inline.literal import WIDTH
from labwright.inline.modules import Definition, Module


def needed_definitions(
    body: str, imported: Iterable[Import], parts: Mapping[str, Module]
) -> list[Definition]:
    """The definitions that `body` uses and all that these need, part by part.

    Parts come in the order in which `body` first uses them, each after the parts it needs
    itself; the definitions of a part keep its own order.
    """
    defined = {
        name: definition
        for module in parts.values()
        for name, definition in module.definitions.items()
    }
    members = {item.bound for item in imported}
    assert members <= defined.keys(), f"no part is {sorted(members - defined.keys())}"
    needed = reachable([name for name in names_in(body) if name in members], defined)
    order = part_order([defined[name] for name in needed], defined)
    return sorted(
        (defined[name] for name in needed),
        key=lambda item: (order.index(item.module), item.first_line),
    )


def names_in(source: str) -> list[str]:
    """Names that stand in `source`, each once, in the order of first use."""
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    nodes.sort(key=lambda node: (node.lineno, node.col_offset))
    return list(dict.fromkeys(node.id for node in nodes))


def reachable(names: Sequence[str], defined: Mapping[str, Definition]) -> list[str]:
    """`names` and all they need, directly or not, in the order of the search."""
    found = list(names)
    for name in found:  # grows while it is gone through
        found += [
            need
            for need in sorted(defined[name].needs & defined.keys())
            if need not in found
        ]
    return found


def part_order(
    needed: Sequence[Definition], defined: Mapping[str, Definition]
) -> list[str]:
    """Modules in the order of `needed`, each after those that its definitions need."""
    order: list[str] = []
    open_modules: set[str] = set()

    def add(module: str) -> None:
        if module in order or module in open_modules:
            return
        open_modules.add(module)
        for item in needed:
            if item.module == module:
                for need in sorted(item.needs & defined.keys()):
                    add(defined[need].module)
        order.append(module)

    for item in needed:
        add(item.module)
    return order


def insert_sections(body: str, definitions: Sequence[Definition]) -> str:
    """`body` with a section for each part, right below its first block of constants."""
    if not definitions:
        return body
    lines = body.split("\n")
    last = end_of_constants(body)
    above, below = "\n".join(lines[:last]), "\n".join(lines[last:])
    sections = [
        render_section(module, list(items))
        for module, items in groupby(definitions, key=lambda item: item.module)
    ]
    return above + "\n\n" + "\n\n\n".join([*sections, below.lstrip("\n")])


def end_of_constants(body: str) -> int:
    """The last line, from 1, of the constants with which `body` begins."""
    last = 0
    for node in ast.parse(body).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            break
        last = node.end_lineno or last
    return last


def render_section(module: str, items: Sequence[Definition]) -> str:
    """A part's definitions under a bar with its name."""
    title = module.rpartition(".")[2].replace("_", " ")
    text = f"# ---- {title} ".ljust(WIDTH, "-")
    text += ("\n\n" if items[0].is_constant else "\n\n\n") + items[0].text
    for before, item in pairwise(items):
        if not (before.is_constant and item.is_constant):
            text += "\n\n\n"
        else:  # constants keep standing together
            text += "\n" if item.first_line == before.last_line + 1 else "\n\n"
        text += item.text
    return text
