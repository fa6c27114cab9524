"""The reading options and the columns of one table, from as little of it as possible."""

import codecs
import contextlib
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from labwright.acquire.limits import check_held, check_memory
from labwright.acquire.sniff import SAMPLE_BYTES
from labwright.acquire.sniff_conll import conll_reading
from labwright.acquire.sniff_csv import encoding_of, single_byte_encoding, sniff_csv
from labwright.acquire.views import refuse_view_bomb
from labwright.errors import LabwrightError, ReadError
from labwright.parts.flatten import flat_columns
from labwright.parts.read_arff import arff_attributes, split_arff
from labwright.parts.read_json import read_json
from labwright.parts.read_npz import array_name, read_npz
from labwright.parts.read_parquet import stored_label_names
from labwright.parts.read_sqlite import open_sqlite
from labwright.parts.read_ts import ts_header, ts_label

OWN_WORDS = re.compile(r"expected (.+?),? found:? (.+?)\.?(?: ([A-Z].*\.))?")
CELL = 8  # bytes in memory
JSONL_SAMPLE_BYTES = 4 * 2**20


READ_FAILURES = (
    pl.exceptions.PolarsError,
    sqlite3.Error,
    OSError,
    ValueError,
    LookupError,
    EOFError,
    MemoryError,  # that a hostile header asks for
    RecursionError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True)
class Header:
    """How a table is read, its columns, and what the file says of them.

    That is the values that some may have, and which one is to be predicted.
    """

    columns: list[str]
    reading: dict[str, Any] = field(default_factory=dict)
    class_names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    target: str | None = None


def header_of(path: Path, kind: str, name: str) -> Header:
    """Options for the reader of format `kind`, and the columns it will yield.

    Args:
        path: Of the file, or of a part of it: book.xlsx/Sheet2.
        kind: One of labwright.acquire.sniff.READERS.
        name: Of the table, for errors; its folders may be hive partitions.

    Raises:
        ReadError: it cannot be read in this format.
        TooLargeError: it is larger than the memory.
    """
    check_memory([path], name)
    with read_errors(f"{name} to be a table in {kind} format", name, path):
        if kind in ("csv", "tsv"):
            return with_partitions(csv_header(path, name), name)
        if kind in ("parquet", "jsonl"):
            return with_partitions(HEADERS[kind](path), name)
        return HEADERS[kind](path)


@contextlib.contextmanager
def read_errors(expected: str, name: str, path: Path) -> Iterator[None]:
    """What readers raise, as a ReadError about a table.

    A reader of ours says what it expected and found itself; of others it is said here.
    """
    try:
        yield
    except LabwrightError:
        raise
    except READ_FAILURES as error:
        # below the first line libraries give their callers advice
        found = str(error).strip().split("\n", 1)[0] or type(error).__name__
        found = found.replace(f"{path}: ", "").replace(str(path), name)
        fix = "Mend the file, name another by `file`, or its true `format`."
        if own := OWN_WORDS.fullmatch(found):
            expected, found, fix = f"{own[1]} in {name}", own[2], own[3] or fix
        raise ReadError(expected, found, fix, key=name) from error


def with_partitions(header: Header, name: str) -> Header:
    """Columns for the hive partitions in the table's path: year=2024/part.parquet."""
    keys = [part.split("=", 1)[0] for part in name.split("/")[:-1] if "=" in part]
    if not keys:
        return header
    more = [key for key in keys if key not in header.columns]
    return replace(
        header, columns=header.columns + more, reading=header.reading | {"hive": keys}
    )


def csv_header(path: Path, name: str) -> Header:
    """CSV and TSV; the whole file is looked at only for its encoding."""
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    whole = len(head) < SAMPLE_BYTES
    reading, columns = sniff_csv(head, whole, name)
    if reading["encoding"] in ("utf8", "cp1252") and not whole:
        reading["encoding"] = encoding_of_all(path)
    return Header(columns, reading)


def encoding_of_all(path: Path) -> str:
    """UTF-8, if all of the file is; 30 MB take about 10 ms."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                if not block.isascii() or decoder.getstate()[0]:
                    decoder.decode(block)
    except UnicodeDecodeError:
        return single_byte_encoding(path.read_bytes())
    return "utf8"


def parquet_header(path: Path) -> Header:
    """Parquet: the file's own schema; Enum columns, or lists, name their values."""
    first = pl.read_parquet(path, n_rows=1, glob=False, hive_partitioning=False)
    whole = pl.scan_parquet(path, glob=False, hive_partitioning=False)
    rows = whole.select(pl.len()).collect().item()
    check_held(CELL * rows * first.width, path.name)  # equal ones take no room in it
    class_names = {n: tuple(names) for n, names in stored_label_names(path).items()}
    for name, dtype in first.schema.items():
        inner = dtype.inner if isinstance(dtype, pl.List) else dtype
        if isinstance(inner, pl.Enum):
            class_names[name] = tuple(inner.categories)
    return Header(flat_columns(first).columns, {}, class_names)


def jsonl_header(path: Path) -> Header:
    """JSON Lines: the keys of the first lines."""
    with path.open("rb") as file:
        head = file.read(JSONL_SAMPLE_BYTES).removeprefix(b"\xef\xbb\xbf")
    if len(head) == JSONL_SAMPLE_BYTES:
        head = head[: head.rfind(b"\n") + 1]
    return Header(flat_columns(pl.read_ndjson(head, infer_schema_length=None)).columns)


def json_header(path: Path) -> Header:
    """JSON: where in it the table is."""
    reading = json_reading(json.loads(path.read_bytes()))
    return Header(read_json(path, reading).columns, reading)


def json_reading(content: Any, above: tuple[str, ...] = ()) -> dict[str, Any]:
    """Options of `read_json` that lead to the first list of records, or to columns.

    Raises:
        ValueError: there is no table in it.
    """
    records: dict[str, Any] = {"records": list(above)} if above else {}
    if isinstance(content, list) and content and isinstance(content[0], dict):
        return records
    if isinstance(content, dict):
        if is_split(content):
            return {
                "records": [*above, "data"],
                "columns": list(map(str, content["columns"])),
            }
        if is_columns(content):
            return records
        for key, value in content.items():
            with contextlib.suppress(ValueError):
                return json_reading(value, (*above, key))
    raise ValueError("neither a list of objects nor columns of equal length")


def is_split(content: dict[str, Any]) -> bool:
    """The form of pandas' orient="split": {"columns": [names], "data": [rows]}."""
    columns, data = content.get("columns"), content.get("data")
    if not (isinstance(columns, list) and isinstance(data, list) and data):
        return False
    return isinstance(data[0], list) and len(data[0]) == len(columns)


def is_columns(content: dict[str, Any]) -> bool:
    """A list of cells, or cells by row name, for each column, all of one length."""
    cells = list(content.values())
    kinds = {type(value) for value in cells}
    if kinds == {list}:
        plain = all(not isinstance(cell, dict) for value in cells for cell in value[:1])
        return plain and len({len(value) for value in cells}) == 1 and len(cells[0]) > 0
    if kinds == {dict} and len(cells) > 1:
        return len({tuple(value) for value in cells}) == 1 and len(cells[0]) > 1
    return False


def excel_header(path: Path) -> Header:
    """A sheet: the first row that is about as full as the fullest names the columns."""
    import fastexcel

    from labwright.parts.read_excel import read_excel

    sheet = fastexcel.read_excel(path.parent).load_sheet(
        path.name, header_row=None, n_rows=30
    )
    filled = [
        sum(cell is not None for cell in row) for row in sheet.to_polars().iter_rows()
    ]
    skip = next(i for i, count in enumerate(filled) if count >= 0.8 * max(filled))
    reading = {"skip": skip} if skip else {}
    return Header(read_excel(path, reading).columns, reading)


def sqlite_header(path: Path) -> Header:
    """A table of a database, or a view that is no trap."""
    refuse_view_bomb(path)
    name = path.name.replace('"', '""')
    with contextlib.closing(open_sqlite(path.parent)) as connection:
        rows = connection.execute(f'SELECT * FROM "{name}" LIMIT 0')
        return Header([column[0] for column in rows.description])


def arff_header(path: Path) -> Header:
    """ARFF: its attributes, and the values of the nominal ones."""
    content = path.read_bytes()
    encoding = encoding_of(content)
    header, rows = split_arff(content.decode(encoding))
    if rows.startswith("{"):
        raise ValueError(
            "sparse rows, {column value, …}; save it with a cell for each column"
        )
    attributes = arff_attributes(header)
    sample = rows[:SAMPLE_BYTES]
    reading = {
        "separator": "\t" if "\t" in sample and "," not in sample else ",",
        "quote": '"' if sample.count('"') > sample.count("'") else "'",
        "encoding": encoding,
    }
    class_names = {
        name: tuple(nominal_values(kind))
        for name, kind in attributes
        if kind.startswith("{")
    }
    return Header([name for name, _ in attributes], reading, class_names)


def nominal_values(kind: str) -> list[str]:
    """The values of {good, 'very good'}."""
    inside = kind.strip("{} \t").replace("\\'", "''")
    quote = "'" if "'" in inside else '"'
    row = pl.read_csv(
        inside.replace(f", {quote}", f",{quote}").encode(),
        has_header=False,
        quote_char=quote,
        infer_schema=False,
    ).row(0)
    return [str(value).strip() for value in row if value is not None]


def ts_header_of(path: Path) -> Header:
    """Series: one dimension for each part of the first line but the label's."""
    with path.open(encoding="utf-8", errors="replace") as file:
        header = ts_header(file)
        first = next((line for line in file if line.strip()), "")
    label = ts_label(header)
    dimensions = first.count(":") + (label is None)
    columns = [f"dim_{i}" for i in range(dimensions)] + ([label] if label else [])
    names = tuple(header.get("classlabel", [])[1:])
    return Header(columns, {}, {label: names} if label and names else {}, label)


def npz_header(path: Path) -> Header:
    """NumPy's arrays; how many channels those of three dimensions have."""
    channels = {}
    with np.load(path, allow_pickle=False) as arrays:
        for key in arrays.files:
            if arrays[key].ndim == 3:
                channels[array_name(key)[0]] = min(arrays[key].shape[1:])
    reading = {"channels": channels} if channels else {}
    return Header(read_npz(path, reading).columns, reading)


def conll_header(path: Path) -> Header:
    """Sentences of tagged words."""
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    reading = conll_reading(head, len(head) < SAMPLE_BYTES, ".conll")
    if reading is None:
        raise ValueError("no words with tags, one a line in equally many columns")
    columns = [name for name in reading["columns"] if name is not None]
    return Header(columns + ["document_id"] * reading["documents"], reading)


HEADERS: dict[str, Callable[[Path], Header]] = {
    "parquet": parquet_header,
    "jsonl": jsonl_header,
    "json": json_header,
    "excel": excel_header,
    "sqlite": sqlite_header,
    "arff": arff_header,
    "ts": ts_header_of,
    "npz": npz_header,
    "conll": conll_header,
}
