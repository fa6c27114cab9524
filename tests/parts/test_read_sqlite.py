import sqlite3

import pytest

from labwright.parts import read_sqlite as module
from labwright.parts.read_sqlite import read_sqlite


@pytest.fixture
def shop(tmp_path):
    connection = sqlite3.connect(tmp_path / "shop #1.db")
    connection.execute('CREATE TABLE "my orders" (id INTEGER, price)')
    connection.executemany(
        'INSERT INTO "my orders" VALUES (?, ?)', [(1, 2.5), (2, "x"), (None, None)]
    )
    connection.execute("CREATE VIEW zero AS SELECT id FROM 'my orders' WHERE id < 0")
    connection.commit()
    connection.close()
    return tmp_path / "shop #1.db"


def test_a_table_by_name_or_the_first_one(shop):
    table = read_sqlite(shop / "my orders", {})
    assert table["id"].to_list() == [1, 2, None]
    assert table["price"].to_list() == ["2.5", "x", None]
    assert read_sqlite(shop, {}).equals(table)


def test_an_empty_view_has_its_columns(shop):
    assert read_sqlite(shop / "zero", {}).columns == ["id"]


def test_nothing_is_written_beside_the_file(shop):
    read_sqlite(shop, {})
    assert [path.name for path in shop.parent.iterdir()] == [shop.name]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM many, many AS other, many AS third",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
    ],
)
def test_a_view_that_goes_on_is_ended(shop, query, monkeypatch):
    monkeypatch.setattr(module, "LEAST_STEPS", 10 * module.STRIDE)
    monkeypatch.setattr(module, "STEPS_A_BYTE", 1)
    with sqlite3.connect(shop) as connection:
        connection.execute("CREATE TABLE many (a, b)")
        connection.executemany("INSERT INTO many VALUES (?, ?)", [(1, 2)] * 1_000)
        connection.execute(f"CREATE VIEW view AS {query}")
    with pytest.raises(ValueError, match="found one that goes on"):
        read_sqlite(shop / "view", {})
    assert len(read_sqlite(shop / "many", {})) == 1_000
