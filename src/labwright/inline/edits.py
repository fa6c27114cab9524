"""Edits of source text at the places of its syntax tree's nodes."""

import ast
from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """New text for the place of a node."""

    node: ast.expr | ast.stmt
    text: str


def replace_nodes(source: str, edits: Iterable[Edit]) -> str:
    """`source` with each node's text replaced."""
    lines = source.encode().splitlines(keepends=True)  # ast counts columns in bytes
    for node, text in last_first(edits):
        first, last = node.lineno - 1, end_line(node) - 1
        before = lines[first][: node.col_offset]
        after = lines[last][node.end_col_offset :]
        lines[first : last + 1] = [before + text.encode() + after]
    return b"".join(lines).decode()


def replace_statements(source: str, edits: Iterable[Edit]) -> str:
    """`source` with each top-level statement replaced, and the comment behind it too."""
    lines = source.split("\n")
    for node, text in last_first(edits):
        lines[node.lineno - 1 : end_line(node)] = [text]
    return "\n".join(lines)


def comment_after(node: ast.stmt, source: str) -> str:
    """The comment behind a statement on its last line."""
    line = source.split("\n")[end_line(node) - 1].encode()
    return line[node.end_col_offset :].decode().strip()


def end_line(node: ast.expr | ast.stmt) -> int:
    """The line, from 1, on which a node ends."""
    assert node.end_lineno is not None  # ast.parse always gives it
    return node.end_lineno


def last_first(edits: Iterable[Edit]) -> list[Edit]:
    """Edits from the end of the text on, so that the places before them stay true."""

    def place(edit: Edit) -> tuple[int, int]:
        return edit.node.lineno, edit.node.col_offset

    return sorted(edits, key=place, reverse=True)
