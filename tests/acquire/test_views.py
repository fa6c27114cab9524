"""A view is a query that others wrote: it is read, or refused by name before it is held."""

import contextlib
import sqlite3

import pytest

from labwright.acquire import members, views
from labwright.acquire.views import refuse_view_bomb
from labwright.errors import ReadError

FOR_EVER = (
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
)


@pytest.fixture
def view(tmp_path):
    """What makes a database with a table of 50 rows and a view."""

    def make(query: str):
        path = tmp_path / "shop.sqlite"
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE orders (a, b)")
            connection.executemany(
                "INSERT INTO orders VALUES (?, ?)", [(i, "x" * i) for i in range(50)]
            )
            connection.execute(f'CREATE VIEW "a ""view""" AS {query}')
            connection.commit()
        return path / 'a "view"'

    return make


def test_a_view_that_does_not_grow_is_read(view):
    path = view("SELECT a, b, NULL AS c FROM orders ORDER BY a")
    refuse_view_bomb(path)
    refuse_view_bomb(path.parent / "orders")


def test_a_view_of_2_000_columns_is_read(view):
    columns = ", ".join(f"a AS c{i}" for i in range(2_000))
    refuse_view_bomb(view(f"SELECT {columns} FROM orders"))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM orders, orders AS o, orders AS p, orders AS q",
        FOR_EVER,
        "SELECT zeroblob(900000) AS x FROM orders, orders AS o",
    ],
)
def test_a_view_that_fills_the_memory_is_refused_with_its_name(
    view, monkeypatch, query
):
    monkeypatch.setattr(members, "UNPACKED_FREELY", 10_000_000)
    with pytest.raises(ReadError, match=r'in `a "view"` .* or more out of a database'):
        refuse_view_bomb(view(query))


def test_a_view_that_never_gives_a_row_is_refused(view, monkeypatch):
    monkeypatch.setattr(views, "MOST_STEPS", 3)
    with pytest.raises(
        ReadError, match=r"in 3,000,000 steps .*; found in `a .view.` more of them"
    ):
        refuse_view_bomb(view(f"SELECT * FROM ({FOR_EVER}) WHERE x < 0"))
