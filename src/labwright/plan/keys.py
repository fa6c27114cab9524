"""Keys by which the rows of one table may be found for those of another, with figures.

A key is one column or several. It is clear where no row would be found twice and at least
80 % of the rows find one. Dates match at the coarser of both grains: an hour belongs to
its day. Where times never coincide, the latest row before a moment may be meant, which
never looks ahead.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from pathlib import PurePosixPath

import polars as pl

from labwright.parts.join import find_earlier, find_equal, repeats
from labwright.plan.say import count, percent
from labwright.plan.words import split_name, stem
from labwright.profile.facts import Column, TableProfile
from labwright.profile.names import is_row_name
from labwright.task.model import JoinHow

CLEAR_MATCH = 0.8  # of the rows must find one
REPEATED = 0.001  # of the other table's rows whose key came before, at most
COINCIDE = 0.05  # of the moments; if more are equal, "the latest before" is not taken
SAME_ROWS = 0.99  # from there two keys find the same rows
NAMED_ALIKE = 0.8  # of two columns of numbers, and of the columns of a longer key
CONTAINED = 0.8  # of the distinct texts of columns that are named otherwise
LONGEST_TEXT = 40  # characters of a text that may name something
MOST_PAIRS, LONGEST = 8, 4  # columns that longer keys are made of, and in one key
GRAINS = ("1y", "1mo", "1d", "1h", "1m")  # from coarse to fine
SPANS = {"1y": "year", "1mo": "month", "1d": "day", "1h": "hour", "1m": "minute"}
ID_WORDS = frozenset({"id", "code", "key", "no", "nr", "num", "number", "uuid", "pk"})


@dataclass(frozen=True)
class Pair:
    """A column of a key: what both tables call it, and how values are compared.

    `grain` is the span that dates are cut to, None for moments; `alike` says from 0 to 1
    how much the names agree.
    """

    left: str
    right: str
    type: str  # "text", "number" or "date"
    grain: str | None
    alike: float

    def __str__(self) -> str:
        at = f" by {SPANS[self.grain]}" if self.grain else ""
        same = self.left == self.right
        return f"`{self.left}`{at}" if same else f"`{self.left}` = `{self.right}`{at}"


@dataclass(frozen=True)
class Key:
    """A key and what it finds.

    Attributes:
        pairs: Its columns; of nearest_earlier the time is the last.
        how: left (and inner) finds equal values, nearest_earlier the latest before.
        rows: For each row of the left table the number of the right one, or null.
        repeated: Rows of the right table whose key came before with other values.
        equal: Rows of the right table that repeat an earlier one whole.
        most: Rows of the right table that share one key, at most.
        right_rows: Rows of the right table.
    """

    pairs: tuple[Pair, ...]
    how: JoinHow
    rows: pl.Series = field(repr=False, compare=False)
    repeated: int
    equal: int
    most: int
    right_rows: int

    @cached_property
    def matched(self) -> float:
        """Share of the left table's rows that find one, 0 to 1."""
        return 1 - self.rows.null_count() / max(1, len(self.rows))

    @property
    def is_single(self) -> bool:
        """Whether no row would be found twice."""
        return self.repeated <= REPEATED * self.right_rows

    @property
    def is_clear(self) -> bool:
        """Whether it can be taken without a word of the task."""
        return self.is_single and self.matched >= CLEAR_MATCH

    @property
    def alike(self) -> float:
        """How much the names of its columns agree, the least of them."""
        return min(pair.alike for pair in self.pairs)

    @property
    def left(self) -> list[str]:
        """Its columns in the left table."""
        return [pair.left for pair in self.pairs]

    def __str__(self) -> str:
        columns = " and ".join(map(str, self.pairs))
        way = "the latest before " if self.how == "nearest_earlier" else ""
        return f"{way}{columns}: {self.figures}"

    @property
    def figures(self) -> str:
        """Match rate and fan-out in words."""
        found = f"{percent(self.matched)} of the rows match"
        if self.how == "nearest_earlier":
            return found
        if self.most <= 1:
            return f"{found}, one row each"
        return f"{found}, up to {count(self.most, 'row')} each"


# ---- pairs of columns


def pairs_of(
    left: TableProfile, right: TableProfile, apart: Sequence[str] = ()
) -> list[Pair]:
    """Columns of both tables that may mean the same, those named most alike first.

    `apart` are columns that are no key: the target.
    """
    place = stem_words(right)
    found: list[Pair] = []
    for a in left.columns.values():
        for b in right.columns.values():
            if not {a.name, b.name} & {*apart}:
                found += _pair(left, right, a, b, alike(a.name, b.name, place))
    return sorted(found, key=lambda pair: -pair.alike)


def stem_words(table: TableProfile) -> frozenset[str]:
    """Words of the file that a table came from: customers.csv holds a customer's id."""
    path = PurePosixPath(table.files[0].path)
    return frozenset(stem(word) for word in split_name(path.stem))


def alike(a: str, b: str, place: frozenset[str] = frozenset()) -> float:
    """How much two names agree, 0 to 1; `place` are words of the right table's name."""
    one, two = split_name(a), split_name(b)
    if one == two:
        return 1.0
    heads = [
        frozenset(stem(w) for w in words if w not in ID_WORDS) for words in (one, two)
    ]
    if heads[0] == heads[1]:
        return 0.9 if heads[0] else 0.0
    if not heads[1] and heads[0] and heads[0] <= place:
        return 0.85  # customer_id, and the id in customers.csv
    return 0.7 * len(heads[0] & heads[1]) / len(heads[0] | heads[1])


def _pair(
    left: TableProfile, right: TableProfile, a: Column, b: Column, named: float
) -> Iterator[Pair]:
    if is_row_name(a.name) or is_row_name(b.name):
        return
    if {a.kind, b.kind} & {"constant", "boolean", "list", "path"}:
        return
    kind = type_of(left, right, a, b)
    if kind == "date":
        grains = grain_of(left.table[a.name]), grain_of(right.table[b.name])
        yield Pair(a.name, b.name, "date", coarser(*grains), max(named, 0.1))
    elif kind == "number" and named >= NAMED_ALIKE and False not in (a.whole, b.whole):
        yield Pair(a.name, b.name, "number", None, named)
    elif kind == "text" and (named >= 0.6 or overlaps(left, right, a, b)):
        yield Pair(a.name, b.name, "text", None, named)


def type_of(
    left: TableProfile, right: TableProfile, a: Column, b: Column
) -> str | None:
    """What the cells of both columns are compared as; None where they never equal."""
    types = left.table.schema[a.name], right.table.schema[b.name]
    if all(dtype == pl.Datetime for dtype in types):
        return "date"
    if all(dtype == pl.String for dtype in types):
        numeric = all(is_numeric(t, c) for t, c in ((left, a), (right, b)))
        return "number" if numeric else "text"
    if all(is_numeric(t, c) for t, c in ((left, a), (right, b))):
        return "number"
    return None


def is_numeric(table: TableProfile, column: Column) -> bool:
    """Whether all cells are numbers, also those of identifiers; not 02139."""
    cells = table.table[column.name]
    if cells.dtype == pl.Float64:
        return True
    if cells.dtype != pl.String or column.leading_zeros or not column.distinct:
        return False
    return not cells.drop_nulls().cast(pl.Float64, strict=False).has_nulls()


def overlaps(left: TableProfile, right: TableProfile, a: Column, b: Column) -> bool:
    """Whether most texts of one column are among those of the other."""
    if min(a.distinct, b.distinct) < 3 or max(map(length, (a, b))) > LONGEST_TEXT:
        return False
    values = left.table[a.name].drop_nulls().unique()
    inside = values.is_in(right.table[b.name].drop_nulls().unique().to_list())
    return int(inside.sum()) >= CONTAINED * len(values)


def length(column: Column) -> float:
    """Characters of a text on average."""
    return column.mean_length or 0.0


def grain_of(dates: pl.Series) -> str | None:
    """The span whose beginnings all dates are; None for moments."""
    known = dates.drop_nulls().unique()
    return next((g for g in GRAINS if (known.dt.truncate(g) == known).all()), None)


def coarser(a: str | None, b: str | None) -> str | None:
    """The longer of two spans; a moment is shorter than any."""
    order = [*GRAINS, None]
    return min(a, b, key=order.index)


# ---- keys


def typed_keys(table: TableProfile, pairs: Sequence[Pair], side: str) -> pl.DataFrame:
    """The columns of a key as the part `key_columns` makes them of the raw table."""
    keys = {}
    for i, pair in enumerate(pairs):
        cells = table.table[pair.left if side == "left" else pair.right]
        if pair.type == "number":
            cells = cells.cast(pl.Float64, strict=False)
        elif pair.type == "date" and pair.grain:
            cells = cells.dt.truncate(pair.grain)
        keys[str(i)] = cells
    return pl.DataFrame(keys)


def measured(
    left: TableProfile, right: TableProfile, pairs: Sequence[Pair], how: JoinHow
) -> Key:
    """A key with what it finds."""
    keys = typed_keys(left, pairs, "left"), typed_keys(right, pairs, "right")
    find = find_earlier if how == "nearest_earlier" else find_equal
    known = keys[1].drop_nulls()
    most = known.group_by(known.columns).len()["len"].to_list()
    again, equal = repeats(keys[1]), 0
    if again:
        plain = [c for c in right.table.iter_columns() if not c.dtype.is_nested()]
        equal = min(again, right.rows - pl.DataFrame(plain).n_unique())
    return Key(
        pairs=tuple(pairs),
        how=how,
        rows=find(*keys),
        repeated=again - equal,
        equal=equal,
        most=max(most, default=0),
        right_rows=right.rows,
    )


def candidates(
    left: TableProfile, right: TableProfile, apart: Sequence[str] = ()
) -> list[Key]:
    """Keys that may be meant, the best first; of those that find the same rows one.

    Keys of equal values: each pair of columns, and the shortest sets of pairs by which no
    row of the right table shares its key. Then the latest row before each moment.
    """
    pairs = pairs_of(left, right, apart)
    usable = [pair for pair in pairs if not finer(right, pair)]
    keys = [measured(left, right, [pair], "left") for pair in usable]
    keys += longer_keys(left, right, keys)
    keys += earlier_keys(left, right, pairs, keys)
    return distinct(sorted(keys, key=rank))


def finer(right: TableProfile, pair: Pair) -> bool:
    """Whether the right table's dates are finer: then it has many rows for one."""
    if pair.type != "date":
        return False
    return grain_of(right.table[pair.right]) != pair.grain


def longer_keys(
    left: TableProfile, right: TableProfile, singles: Sequence[Key]
) -> list[Key]:
    """The shortest sets of two to four pairs, named alike, that find single rows."""
    known: dict[str, Pair] = {}
    for key in singles:
        pair = key.pairs[0]
        named = pair.alike >= NAMED_ALIKE or pair.type == "date"
        if named and key.matched > 0 and not key.is_single:
            known.setdefault(pair.left, pair)
    found: list[Key] = []
    some = list(known.values())[:MOST_PAIRS]
    for size in range(2, LONGEST + 1):
        for pairs in combinations(some, size):
            if len({pair.right for pair in pairs}) < size:
                continue
            if any({*key.pairs} <= {*pairs} for key in found):
                continue
            if is_single(right, pairs):
                found.append(measured(left, right, pairs, "left"))
    return found


def is_single(right: TableProfile, pairs: Sequence[Pair]) -> bool:
    """Whether nearly all rows of the right table differ in a key."""
    distinct = 1.0
    for pair in pairs:
        distinct *= max(1, right.columns[pair.right].distinct)
    if distinct < 0.5 * right.rows:
        return False
    again = repeats(typed_keys(right, pairs, "right"))
    return again <= max(REPEATED * right.rows, 0)


def earlier_keys(
    left: TableProfile,
    right: TableProfile,
    pairs: Sequence[Pair],
    keys: Sequence[Key],
) -> Iterator[Key]:
    """For each pair of dates the latest row before, of the same entity if there is one."""
    times = [pair for pair in pairs if pair.type == "date"]
    entities = [
        key.pairs[0]
        for key in keys
        if len(key.pairs) == 1
        and key.pairs[0].type != "date"
        and key.pairs[0].alike >= NAMED_ALIKE
        and key.matched >= CLEAR_MATCH
        and not key.is_single
    ]
    for time in times:
        cut = replace(time, grain=grain_of(right.table[time.right]))
        for by in ([entities[0]], []) if entities else ([],):
            if is_single(right, [*by, cut]):
                yield measured(left, right, [*by, cut], "nearest_earlier")
                break


def rank(key: Key) -> tuple[object, ...]:
    """The order in which keys are shown and preferred.

    Clear keys of equal values, others that find single rows, the latest rows before, and
    keys that would find several.
    """
    if key.how == "nearest_earlier":
        way = 2
    else:
        way = 0 if key.is_clear else 1 if key.is_single else 3
    return (way, -key.matched, -key.alike, len(key.pairs))


def distinct(keys: Sequence[Key]) -> list[Key]:
    """Without keys that find the same rows as one before, of fewer or better columns."""
    kept: list[Key] = []
    for key in keys:
        same = (k for k in kept if k.is_single and key.is_single and same_rows(k, key))
        other = next(same, None)
        if other is None:
            kept.append(key)
        elif (key.alike, -len(key.pairs)) > (other.alike, -len(other.pairs)):
            kept[kept.index(other)] = key
    return kept


def same_rows(a: Key, b: Key) -> bool:
    """Whether two keys find the same rows, but for few."""
    if a.how != b.how:
        return False
    equal = a.rows.eq_missing(b.rows)
    return int(equal.sum()) >= SAME_ROWS * len(equal)
