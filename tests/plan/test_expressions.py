from datetime import datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labwright.errors import TaskError
from labwright.plan.expressions import checked

ROWS = 60
TABLE = pl.DataFrame(
    {
        "x": [float(i % 7) if i % 9 else None for i in range(ROWS)],
        "y": [float(i * i % 31) for i in range(ROWS)],
        "g": [None if i % 11 == 5 else "abcd"[i * 7 % 4] for i in range(ROWS)],
        "t": [datetime(2020, 1, 1) + timedelta(hours=7 * i) for i in range(ROWS)],
        "a b": [float(i) for i in range(ROWS)],
        "now": [1.0] * ROWS,
    }
)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("x > 2", None),
        ("y > 2", False),
        ('"a b" + 1', 1.0),
        ("y IN (0, 4)", True),
        ("g IN ('a', 'b')", True),
        ("g LIKE '%a%'", True),
        ("UPPER(g) || '-' || y::text", "A-0.0"),
        ("EXTRACT(year FROM t) = 2020", True),
        ("COALESCE(x, 0)", 0.0),
        ("GREATEST(x, y)", 0.0),
        ("CASE WHEN y > 1 THEN 'high' ELSE 'low' END", "low"),
        ("y BETWEEN 0 AND 1", True),
        ("now > 0", True),
        ("g = 'NOW()' -- current_date", False),
        ("t > TIMESTAMP '2019-01-01'", True),
    ],
)
def test_an_expression_of_one_row_yields_a_value_for_each(text, first):
    values = checked(text, "where", TABLE)
    assert (len(values), values[0]) == (ROWS, first)


ACROSS = [
    "x > AVG(x)",
    "MAX(y) - y",
    "COALESCE(x, MEDIAN(y))",
    "SUM(x) OVER (PARTITION BY g)",
    "y - LAG(y) OVER (ORDER BY t)",
    "ROW_NUMBER() OVER (ORDER BY x)",
    "RANK() OVER (ORDER BY x)",
    "y / COUNT(y)",
    "COUNT(DISTINCT g) + y",
    "FIRST(x)",
    "STDDEV(x) * x",
    "QUANTILE_CONT(x, 0.5) < x",
    "CORR(x, y) + x",
    "STRING_AGG(g, ',') || g",
    "y = ANY(ARRAY_AGG(x))",
    "DATE(g)",
]


@pytest.mark.parametrize("text", ACROSS)
def test_an_expression_that_looks_across_rows_is_refused_with_the_reason(text):
    with pytest.raises(TaskError) as told:
        checked(text, "derive.made", TABLE)
    assert "looks across rows" in told.value.found
    assert "train, val and test" in told.value.fix
    assert told.value.key == "derive.made"


@pytest.mark.parametrize("text", ["t > CURRENT_DATE", "t > NOW()", "TODAY() > t"])
def test_the_clock_is_refused(text):
    with pytest.raises(TaskError, match="clock"):
        checked(text, "where", TABLE)


@pytest.mark.parametrize("text", ["1 > 0", "'x'", "COUNT(*)", '"*"', '"^x.*$" > 0'])
def test_what_reads_no_column_or_several_is_refused(text):
    with pytest.raises(TaskError, match=r"one row"):
        checked(text, "where", TABLE)


def test_an_unknown_column_is_told_with_the_nearest_one():
    with pytest.raises(TaskError) as told:
        checked("Nows > 1", "where", TABLE)
    assert told.value.candidates[0] == "now"
    assert "Did you mean 'now'?" in str(told.value)


def test_what_is_no_sql_and_what_the_data_do_not_allow_are_told():
    with pytest.raises(TaskError, match="expression of polars' SQL"):
        checked("x >", "where", TABLE)
    with pytest.raises(TaskError, match="expression of polars' SQL"):
        checked("x > 1; DROP TABLE rows", "where", TABLE)
    with pytest.raises(TaskError, match="`g` is text"):
        checked("g > 1", "where", TABLE)
    with pytest.raises(TaskError, match="`g` is text"):
        checked("CAST(g AS INT)", "where", TABLE)


# ---- whatever is put together


def below(inner):
    """Expressions of numbers that look at one row, made of such ones."""
    two = st.tuples(inner, inner)
    return st.one_of(
        inner.map("ABS({})".format),
        inner.map("COALESCE({}, 0)".format),
        inner.map("ROUND({}, 1)".format),
        two.map(lambda p: f"({p[0]} + {p[1]})"),
        two.map(lambda p: f"GREATEST({p[0]}, {p[1]})"),
        two.map(lambda p: f"CASE WHEN {p[0]} > {p[1]} THEN {p[1]} ELSE 1 END"),
        inner.map(lambda e: f"CASE WHEN g IN ('a', 'c') THEN {e} ELSE NULL END"),
        inner.map(lambda e: f"LENGTH(({e})::text) * 1.0"),
    )


NUMBERS = st.sampled_from(["x", "y", '"a b"', "EXTRACT(hour FROM t)", "x * 2", "y - 1"])
OF_ONE_ROW = st.recursive(NUMBERS, below, max_leaves=5)
AGGREGATES = st.sampled_from(
    [
        *("AVG({})", "SUM({})", "MIN({})", "MAX({})", "MEDIAN({})", "STDDEV({})"),
        *("VARIANCE({})", "COUNT({})", "COUNT(DISTINCT {})", "FIRST({})", "LAST({})"),
        *("SUM({}) OVER (PARTITION BY g)", "RANK() OVER (ORDER BY {})"),
        *("LAG({}) OVER (ORDER BY t)", "QUANTILE_CONT({}, 0.5)"),
        *("AVG({}) OVER (ORDER BY t ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)",),
        *("LEAD({}) OVER (ORDER BY t)", "FIRST_VALUE({}) OVER (PARTITION BY g)"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(OF_ONE_ROW)
def test_any_expression_of_one_row_is_taken(text):
    assert len(checked(text, "where", TABLE)) == ROWS


@settings(max_examples=120, deadline=None)
@given(OF_ONE_ROW, AGGREGATES, st.data())
def test_an_aggregate_is_found_wherever_it_is_put(inner, aggregate, data):
    hidden = aggregate.format(inner)
    whole = data.draw(st.recursive(st.just(hidden), below, max_leaves=4))
    with pytest.raises(TaskError):
        checked(whole, "where", TABLE)
