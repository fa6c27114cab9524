"""A part or a recipe as text, with the places of what it defines."""

import ast
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from labwright.inline.imports import Import, imports_of

PARTS = "labwright.parts"
FILES = f"{PARTS}.files."  # parts that stay files of their own


@dataclass(frozen=True)
class Definition:
    """A top-level function, class or constant, with the comments right above it."""

    name: str
    module: str
    first_line: int  # from 1, of its first comment or decorator
    last_line: int
    text: str
    is_constant: bool

    @cached_property
    def needs(self) -> frozenset[str]:
        """Names that it takes from outside of itself, builtins among them."""
        return free_names(self.text) - {self.name}


@dataclass(frozen=True)
class Module:
    """One module's source, and what stands where in it; parsed when it is asked for."""

    name: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.source)

    @cached_property
    def lines(self) -> list[str]:
        """Without their line breaks."""
        return self.source.split("\n")

    @cached_property
    def imports(self) -> list[Import]:
        """At the top level, one for each name."""
        return imports_of(self.tree)

    @cached_property
    def docstring(self) -> str:
        """As it is written, quotes and all; empty where there is none."""
        if ast.get_docstring(self.tree) is None:
            return ""
        return "\n".join(self.lines[: self.tree.body[0].end_lineno])

    @cached_property
    def last_import(self) -> int:
        """Number of lines down to the end of the imports, or of the docstring."""
        end = self.docstring.count("\n") + bool(self.docstring)
        for node in self.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                end = end_line(node)
        return end

    @cached_property
    def last_constant(self) -> int:
        """Number of lines down to the end of the constants below the imports."""
        end = self.last_import
        for node in self.tree.body:
            if node.lineno > end:
                if not isinstance(node, ast.Assign | ast.AnnAssign):
                    break
                end = end_line(node)
        return end

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """By name, in their own order."""
        return {
            name: self._definition(name, node)
            for node in self.tree.body
            if (name := defined_name(node))
        }

    def _definition(self, name: str, node: ast.stmt) -> Definition:
        decorators = getattr(node, "decorator_list", [])
        first = min(item.lineno for item in (node, *decorators))
        while first > 1 and self.lines[first - 2].startswith("#"):
            first -= 1
        text = "\n".join(self.lines[first - 1 : end_line(node)])
        is_constant = isinstance(node, ast.Assign | ast.AnnAssign)
        return Definition(name, self.name, first, end_line(node), text, is_constant)


def defined_name(node: ast.stmt) -> str | None:
    """The name that a top-level statement defines, if it defines one."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return None


def end_line(node: ast.stmt) -> int:
    """The line, from 1, on which a statement ends."""
    assert node.end_lineno is not None  # ast.parse always gives it
    return node.end_lineno


def free_names(text: str) -> frozenset[str]:
    """Names that the functions and statements of `text` look up at module level.

    Those that `text` defines itself and uses are among them, and so are builtins.
    """
    free: set[str] = set()
    tables = [symtable.symtable(text, "source", "exec")]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        is_module = table.get_type() == "module"
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (is_module or symbol.is_global()):
                free.add(symbol.get_name())
    return frozenset(free)


def is_file(module: str) -> bool:
    """Whether a part, by its full name, is a file of its own in an experiment."""
    return module.startswith(FILES)


@lru_cache(maxsize=1)
def read_parts() -> dict[str, Module]:
    """Every module of labwright.parts by its full name."""
    return {module.name: module for module in read_modules(files(PARTS), PARTS)}


def read_modules(folder: Traversable, package: str) -> Iterator[Module]:
    """The modules in the folder of a package and below, in the order of their names."""
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from read_modules(entry, f"{package}.{entry.name}")
        elif entry.name.endswith(".py") and entry.name != "__init__.py":
            name = f"{package}.{entry.name.removesuffix('.py')}"
            yield Module(name, entry.read_text(encoding="utf-8"))
