"""SQL expressions of a task, `derive` and `where`: read, checked, and known to look at
one row at a time.

An expression that looks across rows (an average, a rank, the row before) would carry what
validation and test rows hold into training rows, since columns are made before rows are
dealt. `meta.is_row_separable()` does not tell: to it `x > AVG(x)` is. So two tests must
both pass: the expression's tree has nothing but what is known to work row by row, and its
values stay the same when rows are taken away or put into another order.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from labwright.errors import TaskError
from labwright.plan.say import count, names
from labwright.plan.target import nearest

# Nodes of an expression's tree that yield one value for each row.
NODES = frozenset(
    ("Column", "Literal", "BinaryExpr", "Cast", "Ternary", "Alias", "Eval")
)
# Functions of polars that do, and those families of them that do but for some members.
FUNCTIONS = frozenset(
    [
        "Abs",
        "Atan2",
        "Ceil",
        "Clip",
        "Coalesce",
        "Exp",
        "FillNull",
        "Floor",
        "Hypot",
        "Log",
        "Log1p",
        "MaxHorizontal",
        "MeanHorizontal",
        "MinHorizontal",
        "Round",
        "RoundSF",
        "Sign",
        "SumHorizontal",
    ]
)
FAMILIES = {
    "Boolean": {"Any", "All", "HasNulls", "IsUnique", "IsDuplicated"}
    | {"IsFirstDistinct", "IsLastDistinct"},
    "Bitwise": {"And", "Or", "Xor"},
    "ListExpr": set(),
    "ArrayExpr": set(),
    "Pow": set(),
    "Round": set(),
    "Sql": set(),
    "StringExpr": {"ConcatVertical"},
    "StructExpr": set(),
    "TemporalExpr": set(),
    "Trigonometry": set(),
}
# What says another thing with every clock.
CLOCK = re.compile(
    r"\b(?:(?:now|today)\s*\(|(?:current_(?:date|time|timestamp)|localtime(?:stamp)?)\b)",
    re.IGNORECASE,
)
QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
SUBSETS = 4  # random halves, each in an order of its own, on which values are compared
SINGLES = 12  # rows that are looked at one by one
SAMPLE = 2_000  # rows of which the halves are taken


def checked(text: str, key: str, table: pl.DataFrame) -> pl.Series:
    """What an expression of the task yields for each row of a table.

    Args:
        text: The expression, of polars' SQL.
        key: Key of the task file that it stands under, for errors.
        table: The columns that it may read, cleaned.

    Raises:
        TaskError: it cannot be read, names a column that is not there, looks at more
            than one row or at the clock, or fails on the data.
    """
    expression = parsed(text, key, table)
    check_tree(expression, text, key)
    return values_of(expression, text, key, table)


# ---- reading it


def parsed(text: str, key: str, table: pl.DataFrame) -> pl.Expr:
    """The expression, all of whose columns the table has."""
    if CLOCK.search(QUOTED.sub(" ", text)):
        raise refused(text, key, "it asks the clock, and means something else each day")
    try:
        expression = pl.sql_expr(text)
    except pl.exceptions.PolarsError as error:
        raise TaskError(
            f"an expression of polars' SQL in `{key}`",
            f"{text!r}: {first_line(error)}",
            "Functions are those of polars' SQL; of a date, EXTRACT(month FROM date).",
            key=key,
        ) from error
    if expression.meta.has_multiple_outputs():
        raise refused(text, key, "it stands for several columns")
    reads = list(dict.fromkeys(expression.meta.root_names()))
    if absent := [name for name in reads if name not in table.columns]:
        near = nearest(absent[0], table.columns)
        found = f"{names(absent)}, not among {count(len(table.columns), 'column')}"
        raise TaskError(
            f"columns of the table in `{key}`",
            found,
            f"Did you mean {near[0]!r}?" if near else quoting(table.columns),
            key=key,
            candidates=near,
        )
    if not reads:
        raise refused(text, key, "it reads no column, and says the same of every row")
    return expression


def quoting(columns: Sequence[str]) -> str:
    """How names that are no words stand in an expression."""
    plain = re.compile(r"[A-Za-z_]\w*")
    odd = [name for name in columns if not plain.fullmatch(name)]
    return f'Write such a name in double quotes: "{odd[0]}".' if odd else "Correct it."


def first_line(error: Exception) -> str:
    """What polars says, without its query plan."""
    return str(error).partition("\n")[0][:200]


def refused(text: str, key: str, why: str) -> TaskError:
    """The error for an expression that means no column of the rows."""
    return TaskError(
        f"an expression of the columns of one row in `{key}`",
        f"{text!r}: {why}",
        "Columns are made before rows are dealt to train, val and test, so what looks "
        "across rows would carry the test rows' values into training. Make such a column "
        "in the data itself, from rows known before.",
        key=key,
    )


# ---- what its tree says


def check_tree(expression: pl.Expr, text: str, key: str) -> None:
    """Refuse what is not known to work row by row."""
    tree = json.loads(expression.meta.serialize(format="json"))
    if across := next(looks_across(tree), None):
        raise refused(text, key, f"it looks across rows ({across})")


def looks_across(node: Any) -> Iterator[str]:
    """Nodes and functions in a tree that are not known to look at one row alone."""
    if isinstance(node, str) and node in ("Len", "Wildcard", "Element"):
        yield node.lower()
    if not isinstance(node, dict):
        return
    for kind, inside in node.items():
        if kind not in NODES | {"Function"}:
            yield said(kind, inside)
            continue
        if kind == "Function":
            if name := unknown_function(inside["function"]):
                yield name
            below: list[Any] = inside["input"]
            if "IsIn" in str(inside["function"]):  # the list of x IN (1, 2)
                below = [one for one in below if "Literal" not in one]
        else:
            below = below_of(kind, inside)
        for one in below:
            yield from looks_across(one)


def below_of(kind: str, inside: Any) -> list[Any]:
    """The expressions that a node is made of."""
    if kind in ("Column", "Literal"):
        return constant_below(inside) if kind == "Literal" else []
    if kind == "Alias":
        return [inside[0]]
    fields = {
        "BinaryExpr": ("left", "right"),
        "Cast": ("expr",),
        "Ternary": ("predicate", "truthy", "falsy"),
        "Eval": ("expr",),  # what it does stays within one list
    }[kind]
    return [inside[field] for field in fields]


def constant_below(inside: Any) -> list[Any]:
    """Nothing for one value; a literal with values of several rows is its own node."""
    known = isinstance(inside, dict) and {*inside} <= {"Scalar", "Dyn"}
    return [] if known else [{"Series": inside}]


def unknown_function(function: Any) -> str:
    """The name of a function that is not known to work row by row, or ""."""
    family, member = (function, None)
    if isinstance(function, dict):
        family, member = next(iter(function.items()))
    if member is None or family in FUNCTIONS:
        return "" if family in FUNCTIONS else spaced(family)
    name = member if isinstance(member, str) else next(iter(member), "")
    if family not in FAMILIES or name in FAMILIES[family]:
        return spaced(name or family)
    if name == "Strptime" and member["Strptime"][1]["format"] is None:
        return "a date without a format is read by the rows around it"
    return ""


def said(kind: str, inside: Any) -> str:
    """A node in words: Agg with Mean is "mean"."""
    if kind == "Agg" and isinstance(inside, dict):
        return spaced(next(iter(inside)))
    return {"Over": "a window", "Len": "count"}.get(kind, spaced(kind))


def spaced(name: str) -> str:
    """NUnique as "n unique"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).lower()


# ---- what its values say


def values_of(
    expression: pl.Expr, text: str, key: str, table: pl.DataFrame
) -> pl.Series:
    """The expression's values, which other rows must not change."""
    whole = computed(expression, text, key, table)
    for rows in samples(len(table)):
        part = computed(expression, text, key, table[rows])
        if not part.equals(whole.gather(rows), null_equal=True):
            why = "its value for a row changes when other rows are taken away"
            raise refused(text, key, why)
    return whole


def computed(
    expression: pl.Expr, text: str, key: str, table: pl.DataFrame
) -> pl.Series:
    """One value for each row; a failure is told with the columns' types."""
    reads = expression.meta.root_names()
    try:
        return table.with_columns(expression.alias("made"))["made"].alias("")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        types = ", ".join(
            f"`{name}` is {KINDS.get(str(table.schema[name]), str(table.schema[name]))}"
            for name in dict.fromkeys(reads)
        )
        raise TaskError(
            f"an expression in `{key}` that the data allow",
            f"{text!r}: {first_line(error)}",
            f"Here {types}. CAST(x AS DOUBLE) and x::text change a type.",
            key=key,
        ) from error


KINDS: Mapping[str, str] = {
    "Float64": "a number",
    "String": "text",
    "Boolean": "true or false",
}


def samples(rows: int) -> Iterator[np.ndarray]:
    """Row numbers: random halves in an order of their own, then single rows."""
    chance = np.random.default_rng(0)
    known = chance.permutation(rows)[:SAMPLE]
    for _ in range(SUBSETS):
        yield chance.permutation(known)[: max(1, (len(known) + 1) // 2)]
    for row in known[:SINGLES]:
        yield np.array([row])
