"""The definitions of parts that a recipe needs, as sections of its emitted copy."""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

from labwright.inline.literal import WIDTH
from labwright.inline.modules import Definition, Module


def needed_definitions(
    wanted: Sequence[Definition], parts: Mapping[str, Module]
) -> list[Definition]:
    """`wanted` and all that these need, part by part.

    Parts come in the order of `wanted`, each after the parts that it needs itself; the
    definitions of a part keep its own order.
    """
    needed = list(wanted)
    for definition in needed:  # grows while it is gone through
        needed += [need for need in needs_of(definition, parts) if need not in needed]
    order = part_order(needed, parts)
    return sorted(needed, key=lambda item: (order.index(item.module), item.first_line))


def needs_of(definition: Definition, parts: Mapping[str, Module]) -> list[Definition]:
    """The definitions of parts that one uses directly."""
    module = parts[definition.module]
    homes = {item.bound: item.module for item in module.imports if item.module in parts}
    homes |= dict.fromkeys(module.definitions, definition.module)
    return [
        parts[homes[name]].definitions[name]
        for name in sorted(definition.needs & homes.keys())
    ]


def part_order(needed: Sequence[Definition], parts: Mapping[str, Module]) -> list[str]:
    """Modules in the order of `needed`, each after those that its definitions need."""
    order: list[str] = []
    begun: set[str] = set()

    def add(module: str) -> None:
        if module not in begun:
            begun.add(module)
            for definition in needed:
                if definition.module == module:
                    for need in needs_of(definition, parts):
                        add(need.module)
            order.append(module)

    for definition in needed:
        add(definition.module)
    return order


def render_sections(definitions: Sequence[Definition]) -> list[str]:
    """One section for each part."""
    return [
        render_section(module, list(items))
        for module, items in groupby(definitions, key=lambda item: item.module)
    ]


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
