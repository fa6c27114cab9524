"""Imports as data, and as text in the order of ruff's isort rules."""

import ast
import re
import sys
from collections.abc import Iterable
from typing import NamedTuple

from labwright.inline.literal import WIDTH


class Import(NamedTuple):
    """One imported name: `import module as alias` or `from module import member`."""

    module: str
    member: str | None = None
    alias: str | None = None
    is_sibling: bool = False  # a file beside the one that imports it

    @property
    def bound(self) -> str:
        """The name that the import gives."""
        return self.member or self.alias or self.module.partition(".")[0]

    @property
    def package(self) -> str:
        """The top-level package it comes from."""
        return self.module.partition(".")[0]


def imports_of(tree: ast.Module) -> list[Import]:
    """The imports at the top level, one for each name."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            found += [Import(item.name, None, item.asname) for item in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.module and node.level == 0, "imports are absolute"
            found += [Import(node.module, item.name) for item in node.names]
    return found


def render_imports(imports: Iterable[Import]) -> str:
    """The imports merged, sorted and wrapped: stdlib, third parties, siblings.

    Whether ruff takes a sibling for a third party depends on the folder it is started
    in. Behind `# isort: split` the order is right for it in either case.
    """
    groups: list[list[Import]] = [[], [], []]
    for item in sorted(set(imports), key=natural_order):
        is_stdlib = item.package in sys.stdlib_module_names
        groups[2 if item.is_sibling else 0 if is_stdlib else 1].append(item)
    stdlib, third_party, siblings = map(render_group, groups)
    if third_party and siblings:
        siblings = f"# isort: split\n{siblings}"
    return "\n\n".join(filter(None, (stdlib, third_party, siblings)))


def natural_order(item: Import) -> tuple[object, ...]:
    """Whole modules first; then members, constants before classes before functions."""
    member = item.member or ""
    if member.isupper() and len(member) > 1:
        rank = 0
    else:
        rank = 1 if member[:1].isupper() else 2
    return bool(member), digits_apart(item.module), rank, digits_apart(member), item[2:]


def digits_apart(name: str) -> list[tuple[int, str]]:
    """A sorting key in which part9 comes before part10."""
    pieces = re.findall(r"\d+|\D", name.lower())
    return [(int(p), "") if p.isdigit() else (-1, p) for p in pieces]


def render_group(imports: list[Import]) -> str:
    members: dict[str, list[str]] = {}
    lines = []
    for item in imports:
        if item.member:
            members.setdefault(item.module, []).append(item.member)
        else:
            lines.append(
                f"import {item.module}" + f" as {item.alias}" * bool(item.alias)
            )
    lines += [render_members(module, names) for module, names in members.items()]
    return "\n".join(lines)


def render_members(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    listed = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{listed})"
