"""What is made odd in sound data: a column, a name, some cells, the order, a key."""

import random
from collections.abc import Callable
from typing import Any

from tests.hostile.drafts import Draft
from tests.hostile.grids import COLUMNS, TYPED
from tests.hostile.tasks import CHOICES, EXPRESSIONS, HINTS, TEXT_KEYS
from tests.hostile.texts import NAMES, NUMBERS, WORDS

LETTERS = (
    (32, 127),
    (0xA0, 0x250),
    (0x370, 0x500),
    (0x2000, 0x2070),
    (0x1F300, 0x1F5FF),
)
# What makes a task ask for another kind of data is left to the wild tasks.
KEYS = sorted(CHOICES.keys() - {"task_type", "recipe", "pretrained"})


def odd_name(chance: random.Random) -> str:
    """A name that breaks things, or of letters from anywhere."""
    if chance.random() < 0.7:
        return chance.choice(NAMES)
    ranges = chance.choices(LETTERS, k=chance.randrange(1, 20))
    return "".join(chr(chance.randrange(*each)) for each in ranges)


def odd_cell(chance: random.Random) -> Any:
    """A cell that breaks things."""
    kind = chance.randrange(4)
    if kind == 0:
        return None
    return chance.choice(NUMBERS) if kind == 1 else chance.choice([*WORDS, *NAMES])


def a_column_more(draft: Draft, chance: random.Random) -> None:
    kinds = COLUMNS | TYPED if chance.random() < 0.2 else COLUMNS
    kind = chance.choice(sorted(kinds))
    name = odd_name(chance) if chance.random() < 0.3 else kind.replace(" ", "_")
    place = chance.randrange(len(draft.names) + 1)
    draft.names.insert(place, name)
    draft.columns.insert(place, kinds[kind](chance, draft.rows))
    if draft.target is not None and draft.target >= place:
        draft.target += 1


def a_name(draft: Draft, chance: random.Random) -> None:
    draft.names[chance.randrange(len(draft.names))] = odd_name(chance)


def some_cells(draft: Draft, chance: random.Random) -> None:
    """Few of a column; where cells are lists, few of what is in them."""
    column = chance.choice(draft.columns)
    for i in {chance.randrange(draft.rows) for _ in range(chance.choice([1, 1, 3, 8]))}:
        if isinstance(column[i], list) and column[i] and chance.random() < 0.8:
            column[i] = list(column[i])
            column[i][chance.randrange(len(column[i]))] = odd_cell(chance)
        else:
            column[i] = odd_cell(chance)


def values_of_a_column(draft: Draft, chance: random.Random) -> None:
    """One value that comes again is spelled oddly everywhere: a class, a series' name."""
    plain = [c for c in draft.columns if not isinstance(c[0], list | dict)]
    if plain:
        column = chance.choice(plain)
        old = chance.choice(column)
        new = odd_name(chance) if chance.random() < 0.6 else odd_cell(chance)
        column[:] = [new if cell == old else cell for cell in column]


def order_of_rows(draft: Draft, chance: random.Random) -> None:
    order = list(range(draft.rows))
    if chance.random() < 0.5:
        chance.shuffle(order)
    else:
        column = chance.choice(draft.columns)
        order.sort(key=lambda i: str(column[i]))
    keep(draft, order)


def rows_twice(draft: Draft, chance: random.Random) -> None:
    some = chance.choices(range(draft.rows), k=chance.choice([1, 10, draft.rows]))
    keep(draft, [*range(draft.rows), *some])


def rows_gone(draft: Draft, chance: random.Random) -> None:
    left = chance.choice([draft.rows // 2, draft.rows - 3, 25])
    left = min(max(1, left), draft.rows)
    keep(draft, sorted(chance.sample(range(draft.rows), left)))


def keep(draft: Draft, rows: list[int]) -> None:
    draft.columns = [[column[i] for i in rows] for column in draft.columns]


def columns_in_another_order(draft: Draft, chance: random.Random) -> None:
    order = list(range(len(draft.names)))
    chance.shuffle(order)
    draft.names = [draft.names[i] for i in order]
    draft.columns = [draft.columns[i] for i in order]
    if draft.target is not None:
        draft.target = order.index(draft.target)


def a_key(draft: Draft, chance: random.Random) -> None:
    key = chance.choice(KEYS)
    draft.said[key] = chance.choice(CHOICES[key])


def a_word_of_the_task(draft: Draft, chance: random.Random) -> None:
    said = [*HINTS, *WORDS, *NAMES, f"Predict {chance.choice(draft.names)}."]
    draft.said[chance.choice(TEXT_KEYS)] = chance.choice(said)


def a_made_column(draft: Draft, chance: random.Random) -> None:
    name = odd_name(chance) if chance.random() < 0.5 else "made"
    quoted = '"' + chance.choice(draft.names).replace('"', '""') + '"'
    expression = chance.choice(
        [f"{quoted} IS NULL", f"LENGTH({quoted})", f"{quoted} > 0", quoted]
    )
    if chance.random() < 0.2:
        expression = chance.choice(EXPRESSIONS)
    draft.said["derive"] = {name: expression}


def a_choice_of_columns(draft: Draft, chance: random.Random) -> None:
    some = chance.sample(draft.names, min(len(draft.names), chance.randrange(1, 3)))
    draft.said[chance.choice(["inputs", "drop", "known_in_advance"])] = some


Twist = Callable[[Draft, random.Random], None]
TWISTS: tuple[Twist, ...] = (
    *(a_column_more, a_column_more, a_column_more, a_name, a_name, some_cells),
    *(some_cells, values_of_a_column, values_of_a_column, order_of_rows, rows_twice),
    *(rows_gone, columns_in_another_order, a_key, a_word_of_the_task, a_made_column),
    a_choice_of_columns,
)


def twist(draft: Draft, chance: random.Random) -> None:
    """Make one or two things odd, or none."""
    for change in chance.choices(TWISTS, k=chance.choice([0, 1, 1, 1, 2, 2])):
        change(draft, chance)
