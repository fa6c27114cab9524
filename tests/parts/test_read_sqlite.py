import sqlite3

import pytest

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
