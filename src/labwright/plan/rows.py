"""What planning says of rows in the same way for several recipes."""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from labwright.plan.chosen import Inputs
from labwright.plan.columns import Role
from labwright.plan.recipe import RecipeChoice
from labwright.plan.say import names
from labwright.profile.facts import TableProfile


def inputs_of(recipe: RecipeChoice, roles: Sequence[Role]) -> Inputs:
    """What a recipe reads that is no table; the columns beside it are not used."""
    beside = f"the recipe {recipe.name} reads {names(list(recipe.columns))} alone"
    roles = [
        Role(role.name, "dropped", beside)
        if role.is_input
        else replace(role, warning=None)
        for role in roles
    ]
    return Inputs(
        numbers=[],
        categories=[],
        calendar={},
        identifiers=[role.name for role in roles if role.use == "identifier"],
        roles=tuple(roles),
        near=(),
        min_rows=1,
        read=recipe.columns,
        compared=recipe.equal_in,
    )


def files_of(table: TableProfile) -> pl.Series:
    """For each row the path of its file; the files are stacked in their order."""
    paths = [
        [file.path] * n for file, n in zip(table.files, table.file_rows, strict=True)
    ]
    return pl.Series([path for same in paths for path in same], dtype=pl.String)
