"""Cells as people write them, to columns with a type.

Which column is what stands in dataloader.py; here is only how it is read.
"""

import polars as pl

# ---- clean ---------------------------------------------------------------------------

# thousands after the first one to three digits: 1,234,567 and 1,23,456; 1.234.567
THOUSANDS = {".": r"(?:,[0-9]{2,3})*,[0-9]{3}", ",": r"(?:\.[0-9]{3})+"}


def clean(
    table: pl.DataFrame,
    numbers: list[str],
    written: dict[str, str],
    dates: dict[str, str],
    texts: list[str],
    missing: list[str],
    max_unreadable: float,
) -> pl.DataFrame:
    """The columns named: numbers Float64, dates Datetime("us") in UTC, texts trimmed.

    What `missing` spells, after trimming, is null, and so is what cannot be read. Every
    number is finite. Booleans among texts are "true" and "false"; lists stay lists.
    `written` has the decimal mark of those numbers that are written with signs or
    separators ("$1,234.50"), `dates` the chrono format of each date, which does not
    matter where dates are stored as such. `max_unreadable` is the share of the rows,
    0 to 1, in which a cell may be no number or no date.

    Raises:
        ValueError: a column is absent, or too many of its cells are unreadable.
    """
    wanted = list(dict.fromkeys([*numbers, *dates, *texts]))
    types = table.schema
    if absent := [name for name in wanted if name not in types]:
        raise ValueError(
            f"expected columns {absent}, found {table.columns}. Correct the constants, "
            "or the file."
        )
    # by_name takes a name as it is; pl.col would read "*" and "^...$" as patterns
    cells = {name: pl.selectors.by_name(name).as_expr() for name in wanted}
    trimmed = table.lazy().select(trim(cells[n], types[n]) for n in wanted)
    given = trimmed.with_columns(without(missing)).collect()
    types = given.schema
    cleaned = given.select(
        *(as_number(cells[n], types[n], written.get(n)) for n in numbers),
        *(as_date(cells[n], types[n], dates[n]) for n in dates),
        *(as_text(cells[n], types[n]) for n in texts),
    )
    for name in [*numbers, *dates]:
        unread = given[name].filter(given[name].is_not_null() & cleaned[name].is_null())
        if len(unread) > max_unreadable * len(table):
            what = "numbers" if name in numbers else "dates"
            raise ValueError(
                f"expected {what} in {name!r} but for {max_unreadable:.2%} of the rows, "
                f"found {len(unread)} of {len(table)} unreadable, such as {unread[0]!r}. "
                "Mend them, add how they are spelled to MISSING, or raise MAX_UNREADABLE."
            )
    return cleaned


def trim(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Text without blanks around it, finite floats, durations in seconds."""
    if dtype == pl.Duration:
        return cell.dt.total_microseconds() / 1e6
    if dtype.is_float():
        return pl.when(cell.is_finite()).then(cell)
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        return cell.cast(pl.String).str.strip_chars()
    return cell


def without(missing: list[str]) -> pl.Expr:
    """Every column of text, null where the text means that there is no value."""
    texts = pl.selectors.string().as_expr()
    return pl.when(texts.is_in(missing).not_()).then(texts)


def as_number(cell: pl.Expr, dtype: pl.DataType, decimal: str | None) -> pl.Expr:
    """Float64: a boolean as 0 and 1, text as it says."""
    if dtype != pl.String or decimal is None:
        value = cell.cast(pl.Float64, strict=False)
    else:
        value = written_number(cell, decimal)
    return pl.when(value.is_finite()).then(value)


def written_number(cell: pl.Expr, decimal: str) -> pl.Expr:
    """Text as people write numbers: "$1,234.50", "12 %", "1 234,5", "-5", "(1,200)".

    Parentheses mean below zero; a percentage keeps its figure, "12 %" is 12.
    """
    money = r"(?:[A-Z]{0,2}\p{Sc}\s*)?"
    sign = r"(?<sign>[-+\u2212(]?)\s*"
    thousands = rf"{THOUSANDS[decimal]}|(?:[\s'\u2019][0-9]{{3}})+"
    whole = rf"(?:[1-9][0-9]{{0,2}}(?:{thousands})|[0-9]*)"
    digits = rf"(?<digits>{whole}(?:[{decimal}][0-9]*)?(?:[eE][-+]?[0-9]+)?)"
    ending = r"\s*(?:%|\p{Sc})?\s*\)?"
    read = cell.str.extract_groups(f"^{money}{sign}{money}{digits}{ending}$")
    plain = read.struct["digits"].str.replace_all(rf"[^0-9eE+{decimal}-]", "")
    value = plain.str.replace(decimal, ".", literal=True).cast(pl.Float64, strict=False)
    below = read.struct["sign"].is_in(["-", "\u2212", "("])
    return pl.when(below).then(-value).otherwise(value).name.keep()


def as_date(cell: pl.Expr, dtype: pl.DataType, format: str) -> pl.Expr:
    """Datetime("us") in UTC, without a zone; a month is its first day."""
    if dtype.is_temporal():
        return cell.cast(pl.Datetime("us"))
    written = cell.cast(pl.String)
    if "%d" not in format:
        written, format = written + " 1", format + " %d"
    moment = written.str.to_datetime(format, time_unit="us", strict=False)
    return moment.cast(pl.Datetime("us"))


def as_text(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """String; lists, structs and bytes as they are."""
    whole = dtype.is_nested() or dtype == pl.Binary
    return cell if whole else cell.cast(pl.String)


# ---- calendar ------------------------------------------------------------------------


def calendar(table: pl.DataFrame, wanted: dict[str, list[str]]) -> pl.DataFrame:
    """The features wanted of each date column beside it, named "column.feature".

    year, month 1-12, day 1-31, weekday 1-7 from Monday, hour 0-23, minute 0-59, and
    elapsed: days since 1970-01-01.
    """
    features = []
    for name, wants in wanted.items():
        date = table[name].alias("date").dt
        every = {
            "year": date.year(),
            "month": date.month(),
            "day": date.day(),
            "weekday": date.weekday(),
            "hour": date.hour(),
            "minute": date.minute(),
            "elapsed": date.timestamp("ms") / 86_400_000,
        }
        features += [every[w].cast(pl.Float64).alias(f"{name}.{w}") for w in wants]
    return table.with_columns(features)


# ---- typed columns -------------------------------------------------------------------


def tidy(
    table: pl.DataFrame,
    numbers: list[str],
    written: dict[str, str],
    dates: dict[str, str],
    texts: list[str],
    features: dict[str, list[str]],
    missing: list[str],
    max_unreadable: float,
) -> pl.DataFrame:
    """The columns in use, typed and validated, each date beside its calendar features.

    Raises:
        ValueError: a column is absent, or too many of its cells do not parse.
    """
    typed = clean(table, numbers, written, dates, texts, missing, max_unreadable)
    return calendar(typed, features)
