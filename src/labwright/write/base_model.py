"""The base model that is copied: a workspace's own, or labwright's."""

import ast
from importlib.resources import files
from pathlib import Path

from labwright.errors import BaseModelError

CLASS = "BaseTransformer"
KEY = "base_model.py"


def find_base_model(workspace: Path) -> Path | None:
    """The workspace's own base_model.py, if it has one."""
    path = workspace / KEY
    return path if path.is_file() else None


def read_base_model(path: Path | None) -> bytes:
    """The source that becomes model.py; labwright's own for None.

    Raises:
        BaseModelError: it cannot be read, is no Python, or lacks the class.
    """
    if path is None:
        return files("labwright").joinpath(KEY).read_bytes()
    try:
        source = path.read_bytes()
    except OSError as error:
        found = error.strerror or str(error)
        raise _wrong(f"a file {path}", found, "Name a file that is there.") from None
    find_class(source, str(path))
    return source


def takes_columns(path: Path | None) -> bool:
    """Whether the model can be told which features are categories.

    One that takes no `cardinalities` is given the plain encoding instead. This reads the
    source; importing it would cost seconds for torch.

    Raises:
        BaseModelError: as `read_base_model`.
    """
    if path is None:
        return True
    for node in find_class(read_base_model(path), str(path)).body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            return "cardinalities" in {argument.arg for argument in arguments}
    return False


def find_class(source: bytes, name: str) -> ast.ClassDef:
    """The class BaseTransformer in the source of a file.

    Raises:
        BaseModelError: the source is no Python, or has no such class at its top level.
    """
    try:
        source.decode()  # it is written as UTF-8 again, and read by ruff and editors
        tree = ast.parse(source, name)
    except SyntaxError as error:
        found = f"{error.msg} in line {error.lineno}"
        raise _wrong(f"Python in {name}", found, "Mend that line.") from None
    except ValueError as error:  # not UTF-8, or a null byte
        raise _wrong(f"UTF-8 text in {name}", str(error), "Save it anew.") from None
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == CLASS:
            return node
    defined = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
    raise _wrong(
        f"class {CLASS} in {name}",
        f"classes {', '.join(defined)}" if defined else "no class",
        "Name it so; docs/base_model.md has a complete example.",
    )


def _wrong(expected: str, found: str, fix: str) -> BaseModelError:
    return BaseModelError(expected, found, fix, key=KEY)
