"""Lists of many files go into a file of their own, so that dataloader.py stays readable."""

from importlib.resources import files

from labwright.inline import Module
from labwright.plan.decisions import Plan

MOST_LISTED = 40  # files and tables in dataloader.py, a line each
LISTS = ("FILES", "TABLES")
IMPORT = "from labwright.recipes.many.files import listed_files"
CALL = """\
# Files below data/raw, and the tables in them, which are stacked, stand in files.py.
FILES, TABLES = listed_files()"""


def with_files_apart(plan: Plan, modules: list[Module]) -> list[Module]:
    """The recipe's files, with files.py among them where the lists are long."""
    if sum(len(plan.constants.get(name, ())) for name in LISTS) <= MOST_LISTED:
        return modules
    source = files("labwright.recipes.many").joinpath("files.py").read_text("utf-8")
    changed = [without_lists(m) if m.name == "dataloader" else m for m in modules]
    return [*changed, Module("files", source)]


def without_lists(dataloader: Module) -> Module:
    """dataloader.py that asks files.py for the lists, in the place of the first."""
    lines = list(dataloader.lines)
    for name, text in reversed([*zip(LISTS, ([CALL], []), strict=True)]):
        found = dataloader.definitions[name]
        lines[found.first_line - 1 : found.last_line] = text
    lines.insert(dataloader.last_import, IMPORT)
    return Module(dataloader.name, "\n".join(lines))
