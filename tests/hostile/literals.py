"""Text of a task or of data stands in literals of emitted code, and nowhere else."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from labwright.inline import read_parts
from labwright.inline.literal import WIDTH, width
from labwright.plan.decisions import Plan
from labwright.printable import UNPRINTABLE
from labwright.write import files
from labwright.write.many import LISTS as APART
from labwright.write.many import MOST_LISTED

LISTS = {"READERS", "FINDERS", "UNPACKERS"}  # of parts, by their names
KNOWN: dict[str, dict[str, str]] = {}  # emitting takes most of the time
MOST_KNOWN = 200
TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|' + r"'(?:[^'\\]|\\.)*'")


def expect_literals_alone(plan: Plan, rendered: Mapping[str, bytes]) -> None:
    """The files of an experiment are the recipe's, but for the values of constants."""
    assert set(plan.names.values()) <= parts()
    for name, source in plain_files(plan).items():
        emitted = rendered[name].decode()
        if emitted != source:
            known = plan.constants.keys() & files.Module("", source).definitions.keys()
            assert without_values(emitted, known) == without_values(source, known)
            expect_readable(name, {*emitted.split("\n")} - {*source.split("\n")})


def plain_files(plan: Plan) -> dict[str, str]:
    """What would be emitted with the recipe's own values, but for lists of parts."""
    kept = {name: plan.constants[name] for name in LISTS & plan.constants.keys()}
    lists = {name: plan.constants[name] for name in APART if name in plan.constants}
    if sum(map(len, lists.values())) > MOST_LISTED:  # these are in a file of their own
        return files.emit_recipe(replace(plan, constants=kept | lists))
    key = repr((plan.recipe, plan.folders, plan.names, plan.copies, kept))
    if key not in KNOWN:
        if len(KNOWN) == MOST_KNOWN:
            KNOWN.clear()
        KNOWN[key] = files.emit_recipe(replace(plan, constants=kept))
    return KNOWN[key]


@cache
def parts() -> set[str]:
    """The names of everything that parts define."""
    return {name for part in read_parts().values() for name in part.definitions}


def without_values(source: str, constants: set[str]) -> str:
    """The source with the values of constants left out."""
    lines = source.split("\n")
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and target.id in constants:
                if target.id not in LISTS:
                    ast.literal_eval(node.value)  # plain data, or the test fails here
                lines[node.lineno - 1 : node.end_lineno] = [target.id]
    return "\n".join(lines)


def expect_readable(name: str, lines: Iterable[str]) -> None:
    """Values of the usual width but for a long text; nothing that hides or turns."""
    for line in lines:
        assert line.isascii() or not UNPRINTABLE.search(line), f"{name}: {line!a}"
        if width(line) > WIDTH:
            rest, texts = TEXT.subn("", line.partition("  # ")[0])
            assert texts <= 2, f"{name}: {line[:200]}"  # a key and its value
            assert len(rest) <= WIDTH, f"{name}: {line[:200]}"
