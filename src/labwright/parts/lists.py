"""Lists of numbers or texts, however a file stores them."""

import polars as pl

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


def text_lists(column: pl.Series) -> pl.Series:
    """Lists of texts as List(String), in the same forms; the number 2.0 is "2".

    Raises:
        ValueError: a cell is no list of texts.
    """
    inner = getattr(column.dtype, "inner", pl.Null())
    if inner.is_float():
        number = pl.element()
        whole = number.cast(pl.Int64, strict=False)
        text = pl.when(whole == number).then(whole.cast(pl.String))
        column = column.cast(pl.List(pl.Float64)).list.eval(
            text.otherwise(number.cast(pl.String))
        )
    return decoded(column, pl.String, "texts")


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
