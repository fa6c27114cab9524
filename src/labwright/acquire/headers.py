"""The reading options and the columns of one table, from as little of it as possible."""

import codecs
from pathlib import Path
from typing import Any

from labwright.acquire.sniff import SAMPLE_BYTES
from labwright.acquire.sniff_csv import single_byte_encoding, sniff_csv
from labwright.errors import ReadError

Header = tuple[dict[str, Any], list[str]]


def header_of(path: Path, kind: str, name: str) -> Header:
    """Options for the reader of format `kind`, and the columns it will yield.

    Args:
        path: Of the file, or of a part of it: book.xlsx/Sheet2.
        kind: One of labwright.acquire.sniff.READERS.
        name: Of the table, for errors; its folders may be hive partitions.

    Raises:
        ReadError: it cannot be read in this format.
    """
    return csv_header(path, name)


def csv_header(path: Path, name: str) -> Header:
    """CSV and TSV; the whole file is looked at only for its encoding."""
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
        whole = len(head) < SAMPLE_BYTES
        reading, columns = sniff_csv(head, whole, name)
        if reading["encoding"] == "utf8" and not whole:
            reading["encoding"] = encoding_of_rest(path)
    return with_partitions(reading, columns, name)


def encoding_of_rest(path: Path) -> str:
    """UTF-8, if all of the file is; 30 MB take 10 ms."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 22):
                decoder.decode(block)
    except UnicodeDecodeError:
        return single_byte_encoding(path.read_bytes())
    return "utf8"


def with_partitions(reading: dict[str, Any], columns: list[str], name: str) -> Header:
    """Columns for the hive partitions in the table's path: year=2024/part.parquet."""
    keys = [part.split("=", 1)[0] for part in name.split("/")[:-1] if "=" in part]
    if keys:
        reading = reading | {"hive": keys}
    return reading, columns + [key for key in keys if key not in columns]
