"""What kind of column it is, with the measured reason.

The first rule that fits decides:

1. constant: one value in every row, or no value at all;
2. series: lists of numbers; tokens: lists of texts; media: files of images or sounds;
   list: other lists, structs or bytes. By type, or by text that is JSON arrays;
3. date: stored as dates or written as such;
4. boolean: yes and no, true and false, t and f, y and n, on and off, or 0 and 1;
5. identifier: an id-like name (id, user_id, rownames, subject) over whole numbers or codes;
   or whole numbers without gaps that differ in every row; or UUIDs; or codes, texts without
   blanks but with digits, that differ in 95 % of the rows. Never a number with a fraction;
6. number: also where a number has few distinct values;
7. path: names of image or sound files;
8. text: 95 % of the rows differ, or most do and have several words, or it is long;
9. category: everything else.
"""

import contextlib
import json
import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from labwright.acquire.sniff import marked_format
from labwright.parts.flatten import holds_files
from labwright.parts.lists import number_lists, text_lists
from labwright.profile.cells import Cells, share_of
from labwright.profile.facts import Kind
from labwright.profile.forms import Form
from labwright.profile.names import (
    RANK_WORDS,
    TIME_WORDS,
    is_id_name,
    is_row_name,
    names_person,
    says,
)

PAIRS = [{"no", "yes"}, {"n", "y"}, {"false", "true"}, {"f", "t"}, {"off", "on"}]
UUID = r"(?i)^\{?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}?$|^([0-9a-f]{16}){1,8}$"
MEDIA = (
    r"(?i)^[^\n]*[^\s./\\]\.(jpe?g|png|gif|bmp|tiff?|webp|ppm|pgm|npy|dcm|wav|flac|mp3|ogg|"
    r"m4a|aac|opus|aiff?|mp4|avi|mov|mkv)$"
)
DIFFERING = (
    0.95  # share of rows with a value of their own that identify or describe them
)
FEW_ROWS = 20  # in fewer, that all rows differ says little
SAMPLE = 2000


@dataclass(frozen=True)
class Finding:
    """A kind and the measured reason for it."""

    kind: Kind
    why: str


def kind_of(cells: Cells, form: Form, numbers: pl.Series, first: bool) -> Finding:
    """The kind of a column.

    Args:
        cells: Its distinct cells, without what spells a missing value.
        form: What they hold.
        numbers: `cells.values` as numbers, where they hold numbers.
        first: Whether it is the table's first column.
    """
    found = constant(cells) or stored(cells, form) or boolean(cells)
    if found is None and form.holds == "numbers":
        found = number_identifier(cells, form, numbers, first)
        found = found or number(cells, numbers)
    return found or text_identifier(cells, form) or words(cells, form)


def constant(cells: Cells) -> Finding | None:
    """One value in every row, or none in any."""
    if not cells.given:
        return Finding("constant", f"no value in {cells.rows:,} rows")
    if len(cells.values) == 1 and cells.given == cells.rows:
        return Finding("constant", f"the same value in all {cells.rows:,} rows")
    return None


def stored(cells: Cells, form: Form) -> Finding | None:
    """What the form alone says: lists and dates."""
    if form.holds == "nested":
        return nested(cells.column)
    if form.holds == "dates":
        return Finding("date", date_reason(cells, form))
    return arrays(cells) if cells.is_text else None


def date_reason(cells: Cells, form: Form) -> str:
    """How the dates are written, and what is not sure of it."""
    if not form.date_format:
        return f"stored as {cells.column.dtype}"
    doubt = "; day and month could be swapped in every cell" if form.ambiguous else ""
    return f"written as {form.date_format}{doubt}"


def nested(column: pl.Series) -> Finding:
    """Files, lists of numbers or of texts, or what else is stored in a cell."""
    if content := stored_content(column):
        return Finding("media", f"files of {content}s")
    inner = getattr(column.dtype, "inner", None)
    if inner is None or not (inner.is_numeric() or inner == pl.String):
        return Finding("list", f"stored as {column.dtype}")
    lists = column.cast(pl.List(inner))
    if inner == pl.String:
        return Finding("tokens", f"lists of {lengths(lists)} texts")
    return Finding("series", f"lists of {lengths(lists)} numbers")


def stored_content(column: pl.Series) -> str | None:
    """What most of 20 files are by their first bytes: "image", "sound" or neither."""
    if not holds_files(column.dtype) or column.dtype == pl.Binary:
        return None
    files = column.struct["bytes"].drop_nulls().head(20)
    marks = [marked_format(content[:512]) for content in files]
    for content in ("image", "sound"):
        if marks.count(content) > len(marks) / 2:
            return content
    return None


def lengths(lists: pl.Series) -> str:
    """How long lists are: "150" or "7 to 29"."""
    found = lists.list.len().drop_nulls().to_numpy()
    low, high = found.min(), found.max()
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def arrays(cells: Cells) -> Finding | None:
    """JSON arrays, by 100 cells: of numbers, of texts, or of something else."""
    try:
        read = [
            json.loads(text) if text[:1] == "[" else None
            for text in cells.sample(100).texts
        ]
    except ValueError:
        return None
    if not all(isinstance(cell, list) for cell in read):
        return None
    elements = [element for cell in read if cell for element in cell]
    given = [element for element in elements if element is not None]
    with contextlib.suppress(ValueError):  # of a cell beyond the sample
        if given and all(type(element) in (int, float) for element in given):
            said = lengths(number_lists(cells.texts))
            return Finding("series", f"JSON arrays of {said} numbers")
        if given and all(type(element) is str for element in given):
            said = lengths(text_lists(cells.texts))
            return Finding("tokens", f"JSON arrays of {said} texts")
    return Finding("list", "each cell is a JSON array")


def boolean(cells: Cells) -> Finding | None:
    """Two values, one of which means yes and the other no."""
    if not 2 <= len(cells.values) <= 4:  # 0, 1, 0.0 and 1.0
        return None
    pair = {text.lower() for text in cells.texts}
    words = len(cells.values) == 2 and pair in PAIRS
    if not words and set(cells.plain.to_list()) != {0.0, 1.0}:
        return None
    return Finding("boolean", f"2 distinct values: {' and '.join(sorted(pair))}")


def number_identifier(
    cells: Cells, form: Form, numbers: pl.Series, first: bool
) -> Finding | None:
    """Whole numbers that name a row or an entity."""
    read = numbers.drop_nulls().to_numpy()
    if not is_whole(read) or cells.column.dtype == pl.Duration:
        return None
    distinct = len(cells.values)
    named = is_id_name(cells.name) or (each_differs(cells) and is_row_name(cells.name))
    if named and distinct > 2:
        return Finding("identifier", f"an identifier's name, {per_value(cells)}")
    if names_person(cells.name) and distinct >= 8 and cells.given >= 2 * distinct:
        return Finding("identifier", f"names whom a row is about, {per_value(cells)}")
    unique = form.decimal is None and len(read) == cells.rows >= 30
    if not unique or says(cells.name, TIME_WORDS | RANK_WORDS):
        return None
    low, high = read.min(), read.max()
    if high - low + 1 == cells.rows and not (low >= 1500 and high <= 2200):
        why = f"each row has its own whole number, {low:.0f} to {high:.0f}"
        return Finding("identifier", why)
    if first and rises(cells.column):
        why = "whole numbers in the first column that rise from row to row"
        return Finding("identifier", why)
    return None


def is_whole(numbers: np.ndarray) -> bool:
    """Whether no number has a fraction."""
    return bool((np.round(numbers) == numbers).all())


def each_differs(cells: Cells) -> bool:
    """Whether nearly every row has a value of its own."""
    return len(cells.values) >= DIFFERING * cells.given


def per_value(cells: Cells) -> str:
    """How many values there are, and how many rows have each."""
    distinct = len(cells.values)
    if distinct == cells.given:
        return f"{distinct:,} values that all differ"
    return f"{distinct:,} values, {cells.given / distinct:.3g} rows each on average"


def rises(column: pl.Series) -> bool:
    """Whether each number is greater than the one before."""
    steps = column.cast(pl.Float64, strict=False).diff().drop_nulls()
    return bool((steps > 0).all())


def number(cells: Cells, numbers: pl.Series) -> Finding:
    """A number, with what a person should know of it."""
    read = numbers.drop_nulls().to_numpy()
    whole = is_whole(read)
    what = "whole numbers" if whole else "numbers"
    why = f"{what} from {read.min():.6g} to {read.max():.6g}"
    if whole and len(read) <= 10:
        why += f", only {len(read)} distinct"
    return Finding("number", why + sentinel_note(cells, numbers))


def sentinel_note(cells: Cells, numbers: pl.Series) -> str:
    """A warning of a number that may mean missing: -999 where all others are above zero."""
    known = numbers.is_not_null()
    values = numbers.filter(known).to_numpy()
    rows = cells.counts.filter(known).to_numpy()
    if len(values) < 5:
        return ""
    order = np.argsort(values)
    for last, next_to_it in (order[:2], order[:-3:-1]):
        end, neighbour, count = values[last], values[next_to_it], rows[last]
        nines = re.fullmatch("-?9{2,}|-9", f"{end:.0f}") is not None
        apart = end / 5 > abs(neighbour) if end > 0 else neighbour >= 0
        if nines and apart and count > 1:
            return f"; {end:.0f} in {count:,} rows lies apart and may mean missing"
    return ""


def text_identifier(cells: Cells, form: Form) -> Finding | None:
    """Codes and names that stand for a row or an entity."""
    if not (cells.is_text or form.code) or len(cells.values) <= 2:
        return None
    few = cells.sample(SAMPLE).texts
    codes = share_of(~few.str.contains(r"\s") & few.str.contains(r"[0-9@/]")) >= 0.9
    differ = each_differs(cells)
    if differ and is_row_name(cells.name):
        return Finding("identifier", f"the name of a row, {per_value(cells)}")
    if is_id_name(cells.name) and not few.str.contains(r"\s").all():
        return Finding("identifier", f"an identifier's name, {per_value(cells)}")
    if share_of(few.str.contains(UUID)) >= DIFFERING:
        return Finding("identifier", f"UUIDs or hashes, {per_value(cells)}")
    if cells.given >= FEW_ROWS and codes and differ and not is_media(few):
        return Finding("identifier", f"codes without blanks, {per_value(cells)}")
    repeated = len(cells.values) >= 8 and cells.given >= 2 * len(cells.values)
    if names_person(cells.name) and repeated and codes:
        return Finding("identifier", f"names whom a row is about, {per_value(cells)}")
    return None


def is_media(texts: pl.Series) -> bool:
    """Whether texts are names of image, sound or film files."""
    return share_of(texts.str.contains(MEDIA)) >= 0.9


def words(cells: Cells, form: Form) -> Finding:
    """Paths, free text or categories."""
    few = cells.sample(SAMPLE).texts
    if is_media(few):
        return Finding("path", f"names of media files, such as {few[0]}")
    distinct, share = len(cells.values), len(cells.values) / cells.given
    count = few.str.count_matches(r"\S+").to_numpy().mean()
    length = few.str.len_chars().to_numpy().mean()
    several = count >= 3 and (share >= 0.5 or (length >= 60 and share >= 0.1))
    alone = share >= DIFFERING and cells.given >= FEW_ROWS
    if (several and (distinct > 10 or count >= 8)) or (alone and not form.code):
        why = f"{distinct:,} of {cells.given:,} texts differ, {count:.1f} words on average"
        return Finding("text", why)
    if distinct == 1:
        why = f"one value, in {cells.given:,} of {cells.rows:,} rows"
        return Finding("category", why)
    code = f", {form.code}" if form.code else ""
    why = f"{distinct:,} distinct values in {cells.given:,} rows{code}"
    return Finding("category", why)
