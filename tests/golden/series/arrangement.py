"""Tables as people keep series in them, as one row a series.

Which columns are channels stands in dataloader.py; here is only how they are brought
together.
"""

import polars as pl

# ---- lists ---------------------------------------------------------------------------

NOT_JSON = r"\b(NaN|nan|-?Infinity|None)\b"  # what Python writes and JSON lacks


def number_lists(column: pl.Series) -> pl.Series:
    """Lists of numbers as List(Float64); what is not finite in them is null.

    Args:
        column: Lists or arrays of numbers, or text with a JSON array in each cell.

    Raises:
        ValueError: a cell is no list of numbers.
    """
    lists = decoded(column, pl.Float64, "numbers")
    number = pl.element()
    return lists.list.eval(pl.when(number.is_finite()).then(number))


def decoded(column: pl.Series, inner: type[pl.DataType], what: str) -> pl.Series:
    """The lists of a column, with elements of one type."""
    dtype = pl.List(inner)
    if column.dtype != pl.String:
        return column.cast(dtype)
    json = column.str.strip_chars().str.replace_all(NOT_JSON, "null")
    try:
        return json.replace("", None).str.json_decode(dtype)
    except pl.exceptions.PolarsError as error:
        raise ValueError(
            f"expected a JSON array of {what} in each cell of {column.name!r}, found "
            f"others: {str(error).splitlines()[0]}. Mend those cells."
        ) from error


# ---- arrange -------------------------------------------------------------------------


def arrange_lists(
    table: pl.DataFrame, channels: dict[str, list[str]], keys: list[str]
) -> pl.DataFrame:
    """A row is a series already; each channel is one column of lists."""
    lists = {name: number_lists(table[name]) for name in channels}
    return pl.DataFrame({name: lists.get(name, table[name]) for name in table.columns})


# ---- one row a series ----------------------------------------------------------------


def arranged(
    table: pl.DataFrame, channels: dict[str, list[str]], keys: list[str]
) -> pl.DataFrame:
    """The table with one column of lists for each channel."""
    return arrange_lists(table, channels, keys)
