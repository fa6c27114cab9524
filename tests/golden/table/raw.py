"""The data as their source has them: fetched once into data/raw, read and cleaned.

What is read, and as what, stands in dataloader.py; here is only how.
"""

import csv
import hashlib
import io
import os
import re
import shutil
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl

# ---- hashing -------------------------------------------------------------------------


def sha256_of(path: Path) -> str:
    """sha256 of the file's bytes, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def refuse_change(path: Path, expected: str | None, found: str) -> None:
    """Stop before a file is opened that is not the one the experiment was made from.

    Raises:
        ValueError: the two fingerprints differ; `expected` None accepts any file.
    """
    if expected is not None and found != expected:
        raise ValueError(
            f"{path} is not the file this experiment was made from: expected sha256 "
            f"{expected[:12]}…, found {found[:12]}…. Delete the file to fetch it again; "
            f"SHA256/FILES value None accepts the new file."
        )


# ---- fetch local ---------------------------------------------------------------------

LINK_FROM = 64 * 2**20  # bytes: a file this large is linked, not copied


def fetch_local(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Bring `files` from `source` into `folder` unless they are there.

    Args:
        source: File, folder or glob, relative to the workspace: the folder that holds
            `experiments`. An absolute path is taken as it is.
        revision: Not used; files on a disk have no versions.
        files: Path below the source's folder, which it keeps below `folder`, and sha256.
        folder: data/raw of the experiment: <workspace>/experiments/<name>/data/raw.
        max_bytes: Not used; what is on the disk already is not limited.

    Raises:
        FileNotFoundError: a file is no longer where the experiment found it.
        ValueError: a file is not the one this experiment was made from.
    """
    root = folder.absolute().parents[3] / source
    while not root.is_dir():  # of a file or a glob: the last folder without a pattern
        root = root.parent
    for name, sha256 in files.items():
        path = folder / name
        if not path.exists():
            if not (root / name).is_file():
                raise FileNotFoundError(
                    f"expected {root / name}, found no file there. Put it back, or name "
                    f"its new place in SOURCE."
                )
            copy_or_link(root / name, path)
        if sha256:
            refuse_change(path, sha256, sha256_of(path))


def copy_or_link(origin: Path, path: Path) -> None:
    """A copy of `origin` at `path`; a link where a copy would cost time and space."""
    path.parent.mkdir(parents=True, exist_ok=True)
    origin = origin.resolve()  # the file itself, should `origin` be a link to it
    if origin.stat().st_size >= LINK_FROM:
        for link in (os.link, os.symlink):  # a hard link cannot leave its disk
            try:
                link(origin, path)
                return
            except OSError:
                continue
    part = path.with_name(path.name + ".part")
    shutil.copyfile(origin, part)
    part.rename(path)  # never a half-written file under the final name


# ---- partitions ----------------------------------------------------------------------


def add_partitions(table: pl.DataFrame, path: Path, keys: list[str]) -> pl.DataFrame:
    """`table` with a text column for each of `keys`, read from the folders of `path`."""
    found = dict(part.split("=", 1) for part in path.parts if "=" in part)
    values = {key: unquote(found[key]) for key in keys}
    return table.with_columns(
        pl.lit(
            None if value == "__HIVE_DEFAULT_PARTITION__" else value, pl.String
        ).alias(key)
        for key, value in values.items()
    )


# ---- read csv ------------------------------------------------------------------------


def read_csv(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """Every cell as text; what a column holds is decided later.

    Args:
        path: Of the file.
        reading: How it is written, each key optional: "separator" ("," or "whitespace"
            for runs of blanks), "quote" (None: none), "encoding" (a Python codec),
            "skip" (lines above the header), "columns" (names, where no line has them),
            "comment" (how lines start that are none), "hive" (keys of its folders).

    Raises:
        ValueError: a line has more cells than there are columns.
    """
    try:
        table = pl.read_csv(csv_source(path, reading), **csv_options(reading))
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{path}: {explain_csv(path, reading, error)}") from error
    table.columns = tidy_names(table.columns)
    return add_partitions(table, path, reading.get("hive", []))


def csv_options(reading: dict[str, Any]) -> dict[str, Any]:
    """`reading` in the words of polars."""
    separator = reading.get("separator", ",")
    columns = reading.get("columns")
    return {
        "separator": "\t" if separator == "whitespace" else separator,
        "quote_char": reading.get("quote", '"'),
        "comment_prefix": reading.get("comment"),
        "skip_lines": reading.get("skip", 0),
        "has_header": columns is None,
        "new_columns": columns,
        "infer_schema": False,
        "glob": False,  # a file may be called data[1].csv
    }


def csv_source(path: Path, reading: dict[str, Any]) -> Path | bytes:
    """The file itself where polars can read it, else its text as UTF-8."""
    encoding = reading.get("encoding", "utf8")
    blanks = reading.get("separator") == "whitespace"
    if encoding == "utf8" and not blanks:
        return path
    return as_polars_reads(path.read_bytes().decode(encoding), blanks)


def as_polars_reads(text: str, blanks: bool) -> bytes:
    """UTF-8 without a byte order mark; runs of blanks outside quotes become tabs."""
    text = text.removeprefix("\ufeff")
    if blanks:
        lines = (line.strip() for line in text.splitlines())
        runs = re.compile(r'("[^"]*")|[ \t]+')
        text = "\n".join(runs.sub(lambda run: run[1] or "\t", line) for line in lines)
    return text.encode()


def tidy_names(names: list[str]) -> list[str]:
    """Column names without blanks around them; one without a name gets its number."""
    tidy = [name.strip() or f"column_{i}" for i, name in enumerate(names, start=1)]
    return tidy if len(set(tidy)) == len(tidy) else names


def explain_csv(path: Path, reading: dict[str, Any], error: Exception) -> str:
    """What is wrong in words, with the first line that has too many cells."""
    options = csv_options(reading)
    source = csv_source(path, reading)
    content = source if isinstance(source, bytes) else source.read_bytes()
    text = io.StringIO(content.decode(errors="replace"), newline="")
    for _ in range(options["skip_lines"]):
        text.readline()
    rows = csv.reader(
        text,
        delimiter=options["separator"],
        quotechar=options["quote_char"],
        quoting=csv.QUOTE_MINIMAL if options["quote_char"] else csv.QUOTE_NONE,
    )
    width = len(options["new_columns"] or next(islice(rows, 1), []))
    for row in rows:
        if len(row) > width:
            line = rows.line_num + options["skip_lines"]
            return f"expected {width} cells in line {line}, found {len(row)}."
    return f"expected rows of {width} cells, found: {str(error).splitlines()[0]}"


# ---- unpack --------------------------------------------------------------------------


def keep_files(folder: Path, tables: list[str]) -> list[Path]:
    """Nothing is packed: the tables lie in `folder` as they are."""
    return [folder / table for table in tables]


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
        date = table[name].dt
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


# ---- from the source to a clean table ------------------------------------------------


def fetch(
    source: str,
    revision: str | None,
    files: dict[str, str | None],
    folder: Path,
    max_bytes: int | None,
) -> None:
    """Bring `files` below `folder`, unless they are there, and verify each sha256."""
    fetch_local(source, revision, files, folder, max_bytes)


def read_file(path: Path, reading: dict[str, Any]) -> pl.DataFrame:
    """One table as its file has it."""
    return read_csv(path, reading)


def read(folder: Path, tables: list[str], reading: dict[str, Any]) -> pl.DataFrame:
    """The tables one below the other; "(file)" says which of them a row came from."""
    paths = keep_files(folder, tables)
    parts = [
        read_file(path, reading).with_columns(pl.lit(name).alias("(file)"))
        for name, path in zip(tables, paths, strict=True)
    ]
    return pl.concat(parts, how="vertical_relaxed")


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
